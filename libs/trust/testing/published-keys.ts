import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';

/**
 * PUBLISHED, FOR TESTS ONLY: private keys that everybody has. They stand here because making an RSA key of 3072 bits takes half
 * a second, which is not what is tested; PKCS#8 in base64.
 */
const FIRST =
  'MIIG/gIBADANBgkqhkiG9w0BAQEFAASCBugwggbkAgEAAoIBgQC+oYJW/xV5F9WLL7jw8leg/9CIbVgFj/CqNa4fKZtIWZbv' +
  'xBiJx0lenjulOaPYN+/7/kiVd7kVMnytndvUTGCdiopvL0x2lMbDDTS6Iyxset7whjjcBkdIagX5EPHAPQIsSrF4xhDekYD1' +
  'hcH5rdkNQx138zd1mUy6zQf7DLd0yizeGnmGpcg3DWRJjODwLNqRnzLAz9TCyDta9i71kh8lBXQDYU7reYUxv1xgRCHar55L' +
  'As6kIHIXo1Q/CzEL9WWFD+cM4NHYvzHSiHfY1A8iXmfMzL2hlcDC2/u812NzTgFZXpuUqNEe5QCADuoRFnqzucsc8sQr5Dxf' +
  'o48Y6FN+9nbMqp7jHGxCsze1CUOMXpRFLhXjDAnbH7XMC8kQgAnhCSt3MXLI/NJhZ+z8e2AGbxtzDPj+XOz9TrKBiaPx9CbX' +
  'Zohxkiq9ZERMEooW68PKV12sD4hMVqQzUb6I0ypa/tWcieWZ5tXYMsFTMOYtrZNe1cqAkFFvQQZz+zoJj7ECAwEAAQKCAYAP' +
  'Ga1rcBVRXElMFzb9JGqQlEhT0OWHZe7YbMbNgnbhykb3LdS2b+oolpF+9baRgAzV1z9Z/PvU6Vo689A1XD94UJXFV5J6VNqn' +
  'GhAH1pVu77oNL3SoPnm9tg2hvG00nyCMRaESl2NACM1AUEdx8bV0eXvcw+VWvr1MkW/aZm150Nyw/e6LyJdi1QARW27OAko7' +
  'UshVwaDG387j1lsYlL88KCxtFXOHmj6qFtBzHQfZfM57KU5ubdYxInz1PtEJyMxjh4b7x9z3fKPk7eUk0QykF2sjj4AYCI3S' +
  'ZEHhxtg4Uks6q80pMqc+5QfBnOyFzdl8J/5VfEK4OJbdg1buk529xjx51laLqsITZhe/xvbslj3U77yDyFaCiOwWN855XhiW' +
  'AMtN7Q8uMPPj0lcbE3+Uaen4bN3Yl+9QpQu+VeFbi3GJWl00Q+EjkvUgS9GRf+b4AgzNdyHBkVnHYWTVmp59iBuedQ7+v6Yn' +
  'z8EUkYAo0Bb8P7XfrRGmeIHBuiPH9+ECgcEA5Uh6DU00ravahto+pWfCErzZ7vF9CuLi1rT8d9wIJoC7QQaH3FFbzl2HvyXu' +
  'hAmBZUu28P+FHoAOE4fO79NymmIAX3YoMBxpmwnb2Sxc/vAfdBkCVxJ9P6XpJSCEfAIqSGAICjbGcV15SPrPi0lGF5FsxXJj' +
  'QORnvkSpnda/ZTtXKjP8wQWCOdHo/NdflCQNW7p+ibf+c7dyaoxXtaLUHzhlo7pD/zP1xHwA4CKe4SMzo6BXJq5SFzCdi+rn' +
  'TputAoHBANTYCQ8E5fQPycF7sMQhcBUvHsxmqR9L6JfbLFb+nIhpjWMNOm5IYSbDkYrtnIFk+7S7FNrZsSvvBoNcl3cI5W1G' +
  'zH2Rz4ctwKqcrZff24+1SC4CXU9PiWAZHYjovDicJ2Qfp7aaGMTktf7nVSD7qQsp5ra8GrboEidzJps6MJX0CDc2fwBqduYx' +
  'X3SpkWlLhP328V73nSRxh68rTfRz5BU/qFuqpAOBnctLRXJvdHRGRCpCmDwNIVOvFnGWFYtElQKBwQDVYd41AuVDu+xkFDi5' +
  'Nxcm2Rr5hUUaHI1/xHAyHFR5gNTEb4+BOzZ1mBX9jw+rUi1aWFypbSQ2fnabNokgKWk+xHYUYaKFI+wkncg9FUx29oJPSfcj' +
  'kdF+qqmQI/Moddtj//t7hf6pApUdlk4REuBojq7sEsjMW8UxDjXM706wp8k3Paq8+KN5rCFpLgeFlwfXlnitMs9cYh3Zi0MV' +
  'h7RiWdo9xdwCZhkUA1PNRGsYm+ozHcX9+b3sVxJIZRVf0wECgcBGc8AD3a40LCmvRr8LHLpZ+L/sDqs6dcjmwyCZJywvJykq' +
  'uU03BfRKfX+mieI9Hm0GtMpBar9veG4iezqTpzkyA7ZadjJIX4efsb7wP6QQnIPo3tV+FCi3y3hwQgFTh7SuOqAsHDPIsJ/h' +
  'YTdXdJXO4S7CG9+H3adssXv887TzXdR+WiaNv6/doEgleJ9uSBYcbmoU8kdssbuk6uOh396Gfgy/Uut5UaUmjqLNL0FP35Ze' +
  'mq6DaiE27wSx0mkNMUUCgcEAhtK0eJEZ59i6NThNymI6qZS9SEwnilwEuTnAy0FOb1TI6uNqTyaHFcSIZTyy3t1yN3Wpg4dy' +
  '/iTKoIhonOq7RArcy2yDcVhGRVBIxaQPUl+jLECTACHsiFAHgBAlsmjDDUXvLPH4zTa7MCln87xiY0LF4q30erSrUzIP6EIH' +
  'fvwdh6uzU+cIQyHDC/xcuonk4Mm+x6jGdo57N/rMzx/z9CN3E8AcjqSI6Rbf+pMTqKV06VNM/boJW1MTKUwDwYeh';

const SECOND =
  'MIIG/QIBADANBgkqhkiG9w0BAQEFAASCBucwggbjAgEAAoIBgQCU+Ppid+LgXNJA76dlCbd46gx5wd/2hVcuWh27yFS0MIUJ' +
  '1O/inQFWcxZHnIWMT4bvrTCU/cLIskuANqjA6Wf0c5ehtUfKpcVEfIlGCrBY0aascY/qskE6SqYhQGkJMi9gQJ7V4VL+Hy0c' +
  'pIeNbm/GXgBQHxZhvAZ8zOJ++ptC3uSenl1QC1yRBvsQob2wseSYLQPtKsdQauF8O7JCxMVt+4mJwDvn9ZRNOGZT/5/3OF5H' +
  'fCuU5iDRhtcHKtMzBVgcU8yd3qHgIAmfxitc7NRTAFeMcFUVfRB/9fvtk7ZDm0d++0l8phiagRiCVM2ZVLbdnSUGjrFzXFfX' +
  '8BaANn17VffFGD/R4z+PEfwgn1rsX3Q0bsTPSkztpQE8N3ijolIsHAljscsZV0OqYJ0AAu4ddWfeIhP8F4AAkpmoT2IcSPZt' +
  'wZj8Lf0BjcHFC+xWWFETSc6Yq9b3Crptc7KazeJyrsR0FrWE1p5mcm0OOMqo3dUybFz7yN1fyNAT551CtacCAwEAAQKCAYAE' +
  'GTFyQhAY0hTqum0lh3XnurCrLN1Hf/WdDdehkepaprcSRSxwVJdz1Gi5gaHe8VUqBN7ASpbwRI91MIvF+uXkQMXcKguWlKbv' +
  'smloZuThHKt0NQ+bilnnC6S0Z3w8R4gsIrr78V4CJcNs9U3RY0dp8q4ZhjFscOrQxiY5DhX1agJqJrs0d4uNZd7EX17DnLFI' +
  'SnzAKpwfJ0Ga1F2cHqO72d63znUXdZcl5LZT+0VgXMmjN9RPHWGrwgTqapAy6COwrQTqDsnrGJPRfYxsPUaAfgGPIVXZGeU6' +
  'M6fL/q8wHybyOImEzoAzPkvWxlggc+6AwbfJ+7T05yMRxlkk186d9qAXxeeKVOQIPw67tYY34M+Y6xJpoi+C755UApt4/p7h' +
  'GHk87l2UvdHhZRNRYu+JzJgA8KsnMKJPZuHvi1yJ6PrI0+LZxqsBp8C7urHYqECouTl2NvQvX9Tnkjmm2kw3NOD+oe56p6/Y' +
  '7CS90SWuxZN8HYKpEKrfnDBL1W8fG+ECgcEAw0rtLxt0dywNy2vn723z+195VSL+K1zJ9oWaYBdf9R9ZsV9EvH2bwyOzhpGJ' +
  'lWfzTQJQ34q1sbxAsYbqZqVJQfDO9glXtXxB0gXI1tYYT86hyfEWCHCxhODUpJ7H5qzS9uZ0WE60qY1LYF06da9IkZq23zVP' +
  'k0jj+M+iIHc0Zet8jS9cMrsO1ab/JZmhDkV1oPCS1skJtUSzDpdr5YfKJnnkFJr8XRDFpb83XIlvXIYNj8ciQMyz7JpE37co' +
  'bt1xAoHBAMNH+PqpDjCDr25/MSRGHmxJQXHQrePF7RJ4wicLt3PHK/Cce0J/hhtOMLkA5sJ2Efwy0VrpcM7RFFKmqd831Gqh' +
  'NhlRK2DrjdWZMebJIOdjUaxrUdFp/F49rSRQNY0YuiwSduLV4ZpT5D0ZSp8FSAP0j42quw713lUdyi03J7XdlydTqt+qwvZD' +
  '2Pz0RWkAEfj3qbvdEMujoPEWUQ/eJtnAtCSR226991XJQ+XzlKwBIdcJ7dWhuc9SVmHOEROYlwKBwElit3wzMfGyUUC2vMJB' +
  'LCSyvNJcQuyigpYroFYpknp3HGpFpXu7K7QJj2Wq/Oty03+FtkQ6SIqQdjL/wsdtpvird+oGmrntBoLYf58TdrFOsYdEHAZx' +
  '6pNHNUDjFbU+DkyPTvr8IHFyUffVMKmWg4uLetqnms563ofZ5k+S29LMydH4EQpTNoDcrxY/A8FsIoamwFcL1qUSOsLp7baj' +
  '7zfEKAwCLYD/U3Y0Q6Z3UqyPBzuXFe0JvzbSxbzXg88dUQKBwDETZ1jnH2/FyFLGmDz7ei3QgyftP6YcWaXovzI82Y+5ICvJ' +
  'x5hAoB1AmzIDLfr03TQ6OS7Vt8nh9W+H/uzgBPv/I69dHL+wsuZZJ5dOOHyuExp3pgowzoGIknirx6l7612kDkiXY6j7KELK' +
  'llw8YYrM7T63B2eNFqDhaavPTqV/2LrDZg/rxC9Lgb6gTMlEgT/GTduuhMgIiSvNZfXM6IqUyTDfjvvXtc7TU8L4YgaQCkcW' +
  'cbTcfevCT38o4FXCZQKBwQC+ordehm30ZgzkBi/GS1CTEu11LF45WRmy2p5+5l+vpzLleOzITmp87m9VFvUwxeUzpVm73Pv8' +
  'oQN81CDeNdPUkcREWaK2DasY2EaV+uXpns14VMKmArh1Z/uOXQSGbL6aSWvijLY5AbiPANwjfp4NTXgVG8P6ywuGl57OMtbd' +
  'usL2jwxqyTkoQVT5/x17O1RCIMuL3YeDvKqh2EpTSYb8+QhSaUUIup3NpvvIZ7r64X4hImvwE1M+ZTinY+4v3wE=';

export interface Pair {
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

/** Two different keys. */
export const RSA_PAIRS: readonly [Pair, Pair] = [pairOf(FIRST), pairOf(SECOND)];

function pairOf(base64: string): Pair {
  const der = Buffer.from(base64, 'base64');
  const privateKey = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  return { privateKey, publicKey: createPublicKey(privateKey) };
}
