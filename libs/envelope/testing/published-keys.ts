import { createPrivateKey, type KeyObject } from 'node:crypto';

/**
 * PUBLISHED, FOR TESTS ONLY: private keys that everybody has. They stand here because making an RSA key of 3072 bits takes half
 * a second, which is not what is tested; PKCS#8 in base64, one for a role.
 */
const RSA_KEYS = {
  head:
    'MIIG/QIBADANBgkqhkiG9w0BAQEFAASCBucwggbjAgEAAoIBgQC3yW5UlMAy98+yjjvHrPmqYMOO+pM0G2e4Cn5yyJaKRt9l' +
    'BoHPpnTDGhwvbd/u2SHD3vQrGpfMRqUrXbsVIlzaXZ7ZWnm/V+dKhqxm9NBKUV/YpO5PRlQDx+BZc0LMmnwN3eVGkqQMPtjf' +
    'KUEeuN0BQ0JyLDi86voi7lN98VZbQc5FSycJOa9pIs80TZD/jH6rnQf55L196mmpVjIILW6Y1KHFvew6SDph3GloYg+DjEo2' +
    'sQyWxen0XPNCfsnU2wcxsek0TcRpVG6qVhX9GG4jS3ZJNRLExQjzlYvHvHE4R26Fr9YKmIifAq+BR63dGDwWs46If52osFYR' +
    'Qlg/OIKPUObwuYVrkRH4JXr6o3tytEaNFN7AFcRMefQmneQXMIw/wIodIc9H2hxR5QVDtR+cBkNGiR1jyac2pgNwG0t2gWeu' +
    'zXW8sXFZc2u+yqr5xTZdCW9JNviQLzZeVoQa8cFVzVE9zvm4vXzkqdVk0ZUketslxQqYQ//ehADMCPH12jsCAwEAAQKCAYAG' +
    '2jRKZAdsfw/X5PS2o6zlXNk9vfr6EOGDm6SOTAtM2Yqfvifd4aNt2M3fONYGFkNrhacN6l5ph+LFpKeCiLb0j1QKX5S1fSYL' +
    'Ac1ww0T22GTd83xNKV6di3jCbQk7DrF8ZN8VDAegy0ETxPqAFj1rPCJAloSBCrPL1J35TqO9IE18COrKLcPsBBe8p/21gXwB' +
    'kwfGmfA0vyY0YZnY8zSx7w+fC09A9wtyNaEaermAWp0zv9Mr1fI8obCSNJ762DWyw8hsf+XlXKoGJkOAGukauRhsf2DPAG9I' +
    'RpqmO01leLwYSipbyv2B/HvbArVCHTdWvvjoVVjKvWLSdOi88CiV2DvJWLgehnjZf2fqkkpSA1CgV2NmLhctzCqTVCshwoac' +
    'I4cJnYav4C/ko0G46rV5DTDhTjoVPb7zmGYMPStlWvl5u4Vlnn7n63lM4m8xKvTSdisby4jn6T2aLjuHoaO6GaAf6PzzxSrZ' +
    'tuKVVEt7BWSq2NKS4rn7Xu0kXXfDdBUCgcEA41/op6hD4Ng77mh0gP1K1/KBIN9djQZNjf/j59n8tv2y0Mqw9yrSNH9Q8gEh' +
    'SL8gdOiy1WZQf2Sf04zsiR2KVC3R0nf2sdP3j9Qyvnh83V3l8U8KzP7/NeRpuGjifxchKUeV0nY2fTkuAJvO0R3/v9+9XqZ0' +
    'hjQL3d0LTLRaNTjR/NjGtQSZnqyzTg+zca+XXrRDHrIIslRaLiRl4JrLMXwIuUJmDOisa/Xg7EUvBkCZPLoGoCO7bwbEAy8n' +
    'XiWPAoHBAM7suW9Uhw3LupXDPI4H1rHyUn7yMuY10rzroCOR0qmcIEf2NNkJUEUcqUJ5Yr5Pa/4qO6/t3K8eLw4D3xOfFE71' +
    'BfiKAgyZtGtUOYR9Cfikn9HHbTe2gMqXYzILeE2ymjdNgnJRdwOirw5gRriHrsnMiORdTU1I5Yn9O8BfswU2ekbUxLPEdxcW' +
    '2ECQofpe2tMQitPcgHOoTurN8CTzByQ6a5x6DCCHsVDDAqT7k9DsFLryPwlUMZEugMz6QYMilQKBwEakAHs+KsCLTatXJoMA' +
    'rqUCwZ195+mtgKDSVHMu5XXQwiJeJrbTxfTrbTGSqk2Ym7PWq+Di5bV+hK1MBhzfYZ+fkKWsAafj6/Dyg0Vr15dK2eqrnPZt' +
    'bsrGiRXy+BN2EyZpCCIX+fvTrPghcBLGGDP7hjEG1ALx3pHyX9VX3wLUAWFl0+5fXH7QtvBUrnJulD+nD4dU1qDY1h+pzUEH' +
    'toNMPsWX3G68Rv1Pqa6eG+r8XN9iCDbugwgOeQ1oM/nq/wKBwEZpnWw56j8SjWp65jc6iZ9B4zqZdiKKPCzXTUXtUC8xFncG' +
    'W9Ni7PKnnx0kqyoxYoE5o9fo7AiXD9IIFTfbERERJbf+VlYtU4yWO4BPAD6g3lWHNC4aJ1dJDpMv/f8KgJnDAVmfSQ1upX0R' +
    '297dJOg8dnSnHy/mV12OU2/R4NwsPo2tx0WY3CF6P5ow3T2SW4oo/eS8CuXQZxJVg5s/K7XzPz0e9tN2+SqPQW4cwZ79Rsya' +
    'tEKbaMaLeX7GxdY2xQKBwQClzK7HfrF8ca13aviN+yqGlbTO4tAEDvalYYppeFbQzK2QVu2J36+Wy1Lor4xc4OTNgLXTcP95' +
    '/GHmV3eVJabSWynOHBXOT06ug0an9AfN6ZPpxqs5kel1WgftG6qZ04Wk7F8VBG2AG7Tg+gXGcu6D7oT/0Q3Td0KmN+lg+tj7' +
    'bV8SPQpSLFadoLEwHLcIIYnsRjp1YtjGdOKReKyXTfAW+tA+YeaJghrR6yG+wo6bqxmZ1NnVM2GXG1Bgw8bdRnw=',
  'deputy-head':
    'MIIG/gIBADANBgkqhkiG9w0BAQEFAASCBugwggbkAgEAAoIBgQCsoCz0+ZR5XeJWT3WdP4xq/4gfSCbswFf+Z/dbPmIUPkRm' +
    'wZ4wVDqQPMG7XltBIheSvk4PkmWnnluLFKZPL8+RWwk/+GlWUwgjv9ocX03mIsFKxByOqkYrJQhZlP6Vnq3cssgWIjG7qOOE' +
    'Ip3URrC+uiIDrC9/kzMWl+CGTBU+hDTWdg387uNC0tI//DMCezEVwaoR9zWueqn1sMKMNhpMdfQXPh/aubruewVnRKsRd2ax' +
    'IrNIAqr0BmPFuaS3yjVlH6DbtJBtHhokoS1G12g9PuwJ21L5hLmIXrmYp4oCd+IheGJdlvhu5OoLoYH2mQChE4x/8RBLRJEX' +
    'b6p1ud8GMzBtYIoguDVLamOIKjwEqFqQj25xVpFH8pA6O8yERfH3iGTcksL93EyHtWn0EMmhRty+aGlLaBZ9kPF+dusXF5OW' +
    '32ElCKwAnjVDyFPSs2HaLm93XO49P9J/Cagop/kmkmPZDjYnH+QYM06xUpkY+jRAXU0zGo7/1x/KdaiuJE8CAwEAAQKCAYAD' +
    'sAhF028QiKjlHx1sFodxYbQOtwPd2t4GWUI3eMWvmQTtDQXMEoCNxD5/OizI32mRgO859e6l/gQGnJJQ7ryIZmF0NGJLrcpm' +
    'uRp3sLGBUQzABCB4C7skAM6E22H04EbmiAsuLdzSHXF+yR6GAlyUNnWzjmIVX5efy+7H76gkhb57NlpmJNRGASrsov6T9v29' +
    'cT2o1JcY+xXWYchGJoG5UGu+c11K1tzfa1FaO2VMIjjXX95kk2oDfH91Idoa8v7YBr1pp1hZga0AjMXuLervrdBxKIaY7k4z' +
    '1zrOeJjGH3uU0tph5SNs7uekfnH5FFYeGHotNvvsFUGcGkbYV9jLJOeP/4NVkjcf1iUTfdqmsPKfdmA4bQHHC/QTjLl54CFO' +
    'dfFSehtu20fM9K8iye8jBaPYPsO8sc3Lqbk4yw0P0hj9ZysC1bBZK94PsSWT2mXl23sSRcwngUghb5s0W7D0XmchuCysRD8w' +
    'yIWQoQ0TR54u/FaL3myTOWZij0XnPEECgcEA1LnN7nXoy0wKuJ7I+HVi5VoRWDzRcCBWt3BOabZeyYRUet+Kk5OuNBhGBK3Y' +
    'glpSnzFndnBGhIzKNTjoMhE8Dz8bjpE1HaYmVsazCeymGwdcW4x2scB7/x+qRNxNH6Rry5hyUItNfhJNOSCeINZcUjdA9Nni' +
    '/8ZlNULA2sJ6RhVw9WOKKZvVUtHQZE04dXplJWEFuxVWNoyoBugAPXyQp58NhgTsBxFBd3GwWJXzBRxnN50WAplhB8YZC4vM' +
    'oKZNAoHBAM++EEt14IceZslOvQAl1virx91T8ekLT2gTPMrYcDX6jlOAHpnTgXB/vEY0TtgHPOwyjVJvBqfISkrUNVnXPXsI' +
    'EQxT171NLUzpAh0n+3tBqr/M5mnI4VfeB7HvZsfPwPGPcEal1GieW2x7Le7TrMStzelDMNEzhdwkVjasDkenSjghESFU2dAi' +
    '18muzmGdmqXr9pSfpyXjgb5lj8m5y/WPOQt7r7aQMofwu2SxXZsNzsCcGG5/orI4Oq9AFWB7CwKBwQC/UN/5b8fPVvNpeTzr' +
    '377y4J8qyX/fJOZ4kiOjhWYYPNAxtewOr8oDhjUqriNDkPIvxCH17iItweV2GlkR9lgaqjohbUzk/nIKpyeMbG4zbtpMZ7a0' +
    'RJYALD1ZMvyV0a007UUaVT57fQBAuaodhEyBkLn1vCQgvxB05zVFSZTohQ4TU9OFemZP1u1h1+VIGqzvAiRCTn08ECJqG6tj' +
    'oS0D49MozjJsZMOJJhFginOHDDV0We3appESicIqlS+S6B0CgcAl68DXtXW91GvY1VmkvEOIcvrxyNAAxULCcbiIIoghIlJ2' +
    'pY1wcO5Q1dBNVGEMCA4z42puoLurRuFg1WnDs4mSer9565gXAw6A2ou7PMAoGK2Ng16P8s5Hlsz6ywOM97x1m8RX8Q9b5YQ0' +
    'wit5TARehoduzAgOOAR4Ud227yNQKxZeNpME7ZMw7htLwnAD25wOK4uAR8BgJy5Yzfs4TIURlwpHsVU60wmWTPg4AjRfCF80' +
    'Q4omKYBOXftAYEdGrE8CgcEAmXZpVlmfx+tTbzgCCmJYkwRzRloidjc+gxm4G7dUHLjESczxCbWNit1bHMatPSOvfu0W8QLg' +
    'sqKIrjwi+HpwyLv3yi2RUAUMSxNcCl55YB7GXHJKcKuoYn8YzynP8FaHgxfrA2j0V82QkCY8JocSBQvlLC0oaEV76iolsktA' +
    'I91xf5XprIjEeZReR0Dm9hbBu4JDKwdCcdyxuc2a+e+DI8hpU1kT5zSyfUsrvJYx2msIAQyAOQ9SqfBvbbPALq5M',
  seal:
    'MIIG/AIBADANBgkqhkiG9w0BAQEFAASCBuYwggbiAgEAAoIBgQCkCQQn8++8QmMzlI9T6m76GCcAYljSEsqTOBhcvQWuLkUE' +
    'w/WU1GtLC6jQxPErglX2mqpiEwC9bfpifpd4sxKGdy0ME6ANEwYTeGl9hs0+I/c3lvl7ubhh5ZUlpxzjQpcSazLj6XFrREmQ' +
    'n5QmzZgavqvtELjxgXJrm3zrIoMZCqxBVbugkUMQG0BfCBU7pKahyBSrT31stofdgtJMRtt5PE6DXaR9581yKpM2jZ85/pbn' +
    'I5wjYDaTidEjk5C4wAlLfpv6PGMsvxRSueB0wl8pM/l7r7mQH0q367T1cTWN9b1ok+DAeGjxvafp28uayorV9ABPxI3Z2QcV' +
    'PCMT/ZLGRi64pmysAUvS1hot5YqaA8lth3QVU76amMInNCyswoSjxxqJHpyWKaluLy8cmojtYun9Rv3K6nll2+r0i27JR4yy' +
    '3UvHxP+ccApmdgokr1lrvMPDsMKiA13afGneB1jcvuDWCidH6LWMMQFov1FRX2emgKSV+EosRvODBoKLzu8CAwEAAQKCAYAv' +
    'xl57Am2G37ED01dhQey7k3A8iOhEmut8MEDMNdNjNR+t8SLkC3AKZeVvlISHPwkpb0eDk/RJt6/Oov8bzM/u8OPiWg7p7+n7' +
    'nrzerfW2DQSSILsd4WwFuzeSxVbBC+JzH1yti46YhsWERS4BlSyhUXpCa/XphOGd3KXn19/l2blst/sTG2u0U7OOWgzRF7Xe' +
    'dacrc9XcZVcx2UnFpHeEml9lnE7tyqcIAsVohJvk6LTrse/mT73lf6S1X2Oto2Q6Nq7dhf92dELWIPCkSm1n6YZFI+vOAXnN' +
    'w8/+5SZKH41BV300KwO4n/RSmfb3hxmJE3mTP3LBPzaLb1QCp2tOzuegVAD6DN+Z7b0uE/DOEYkr9ExfrLirdRGQyfesXnvG' +
    '1ggRB8tTqBPdfMc9Az2FtIks0xjhu59eODaI9q6Rh0LetszbNTssV/4USTwMXdw40cKVZ+3/QHEqbK7FTmUfZNpBh8F6N3Li' +
    'foahf8L3e/fUYU5H+vZATwOhTrZF2n0CgcEA04N+fvTcluDXziUX77WWJ2vF0dIhzs/8eMyWyl7VuIr38kh1GIZjCofbLSLC' +
    '6mjAeE8u/12NRPPL4LkvLxu8Z1bX/r7HSQPVyO0eW+zeOo0NwOlcp3mGRFwvUVcOLyjy4XYPa0ye0W7xjT/KizbtC1XZm5ln' +
    'qqZg2rYrm4hvnscZJw4wsH7YudS6d2MP5dxNhuVAoSTkJyhZUZ8rYZuuyCYJ6+NN9To8gx8GUutfiEwf17faLJm8iYcdHvJ4' +
    'MUMjAoHBAMaJJXV5T5qZee67mbc6zjg6iTWRexu1hTtx8/wnqc2uNv0bohzvRLWVbWy1y0aig/wBQdtxgq5rMvK24LA9yIbV' +
    'IEVLDswDnXjvpCfYpbGS3jrwQw72OerFOjD1AZjKWm/zKUrfbpOoDHCfLgmxvVVD7VMdo+cA9g6R24YWFNtjG4EA4GMHs218' +
    'IWygJ1JOcsY6uLTlpJ5S/QoF5lKqwv71DRf66U9zQ7eUo1ZjOy3LAZQJzzq2dWWS9I6FvSkXxQKBwFL7k/VbO/A15nUKOInj' +
    'RDXTIplfR8RL9VGvcrmS22a7nut/YfFtSA4pnuPmb3JoBpss9dNacMJMpABWpxxkVVZ1y+g2ERmkV4us++w00jtGe87jv2Y1' +
    'V2gagrX24am+9wtdtk7ykJy6WiqAjIZx1i5MUEOru/BHtlgYgKNUs/YnRsb72j5khcLiowWT5/jWpdP2vZR7VMfIHMLZH7v7' +
    'yGbeBaZ2V2+OmY8X7PM7RQ/ETfnkN8SnzEBoshQiLOWm4QKBwCKWF9F8PbLoE8bUJbY252ACSo7rdi/gkoJFmsSNwFYViHzV' +
    'iItT33tmubZbgTsf6rBHI8rv3l02TZzc4Q2y5bEfhcysg7pk0tUTolxSsKLbvB02Z+g+Wt6cV0PaGtocPl8MVGA3xlKwzuH7' +
    'yRBlR1+IQtrc6gW/NB5bqIuWYzHI9SynE3ANEmP7YPNEfzUmd3YzGqRg8SmnuW86keJK30d9Nze7PVPa96wOl9nf1ZpnqDG6' +
    '97/5sz/rtvDxOX/kJQKBwFxaC5vqK2tf4Hiry6KeuXBISgrYe6YHWJh18akel6QreAusVsdQxX5qFHh8qJY7fSg0MtLQVtBB' +
    'kps7damntFG1SLagAq2xaBoBt/D1r8XojzlMrvGHodb5PRDPVLQXM6szsl1w0bEIyF3v9ZnGc6vYVYexkb8FPXRE5bec3VMp' +
    'DKbM7C7RxxNBwmXcSeuwpD6W0NeIqKdu3j7+YpFmmNA2jbfn29L8kSaVF7WQ7s/CdguHqORCQTTjiRx1IMQkYw==',
  encryption:
    'MIIG/QIBADANBgkqhkiG9w0BAQEFAASCBucwggbjAgEAAoIBgQC5tvc/tH4VtZROVPHOFqxUxgjVUq2A0JAjXcfPLtUaRtW2' +
    'Wz9vplRxI4VN5DwGmBlpj1ZRbsY+YGPnNsA/ULbgVoAgZlE4BOu7kML/WUM8tsZBcLyWag7RmLFEfFsAPNjegGnz093X4nZm' +
    'L8bzxO7IiUnWfzZhg526slPSTWQ1ylumb/FpYnnfv2pcVKlkHpSoSejgbGbABpSdWZB/cJPF/xgYVEp0/IksrocdhVLzuEs3' +
    'J9BJ+OtUhjryryl5yDaczY3YTeXESYdzNHDSSlBIugS6f9Kn/9rMKVyR37tRp5zP7z0hg15eGd+icBBo6bzrAT31YyjSIg2W' +
    'oMmktY1uQCydg9kpQYJsEjOLJLYc2JhVbXmEPX/mfHYbcGKbqfYXmZ7LRc6kFv7NvMJYQq1ofuRyZhkTin2TY49GV83/Osla' +
    'UfyT052KcfcElToJXnvnO09AEUbccT0Y8087kqODINxvfpyC+t1U+BWFsa8TqrE/Hlo9HPitfXIRa7zOOD8CAwEAAQKCAYAB' +
    'kayqf2vJr8RZgKxsUwYdgnDRQ8bbsQ3Os3xvlGDQVut36qYK21f/GE9utlaiSm2u74f8qlfT1hYLl/HtQ9E2H86RHej79RRJ' +
    'L0w4D3jnp4NESt+lBUj4kPaXPzyFMEs3kgeTIkw10zl9D1R6FPgpfi0MBvyE7v4826qlB7db7WJAPtWsz/XhcI+ryQe6i1GZ' +
    'Nf3Y/sF3FN2NK/qldDEjbQGdaJtNornFkV63eDvLrr5svSusb4U/33enB9jTXEaQjT2UzRCsLEan3vrZBpIOLHybP6vyV6wA' +
    'gUvKirjN6xgAoP6aZrcuI55hrOkUSlQtcjovHmigs61bsqunzqviim3y1yAV5nMPRKqchNOpYZYCQzsCVI9IDv3wcD2+sxHI' +
    'asr+Ek8xvlp/MaYbATChEcl5T5TVA3FaIA+UIZFiPWdx7Rl8A0Aacy57wzZeI5IPE4A+A9KwVIauD6oyAPYZs5PVe+II4cNv' +
    'VbXnwWgWH7gWvZcHrNC/WM8HH/Moe9kCgcEA6e5/nKSzzW4SrtGSd70Asb2FCGQbN/98YID7zFf1a9dxApYhU9icKK7zQZ33' +
    'tBZvl5Qu5wKOsORG75NhaZ65eQHFdncTO1Eya5+M4o254l7Sxr95njolAyUFBdIl0z4LjfvR8FUfCnWz3LXOeD3sK30kG1rm' +
    'HSM586FWoD2LaV93Nn5QbHRgkOaCPLLqWsrFA67liBTusHJnGP4U3qwDcN4v1rI0jQwPeHVVlEgWNX/4NaTmsg6kbdaVOmzP' +
    'nLDpAoHBAMs8BI0DFkxqKyPj2pst5E4xoZ2LSEiODonB2tvysR6usBF/vuueSK3ns1Pg9W3aES+7Fqnd9+NsceqWa9jryYyz' +
    'eTKqsq8i3YRjirGKplI32JVdkJWIjQtBELfFc7DKAujHLPJhVCuR7JnyVRTSBSES4l6ZxCQYOCBgetw4uMHI+QhAIi9DEvKS' +
    'AYtRoTc6b84Ra77kBf0bW5+J2HPyFuk26g9tne64nBFV7hnFB4n4sPbxuH6wvX7f4aH5qegm5wKBwE+jYRBLxeZuza90Kz/W' +
    'OTFJSsvTgKysroQQBSjI3QUsoA14XLo1qNv0y12QUK6fYLgiu2DrrvYrkLao3uXdIlk+sCGnYgW0m8yl0YmjJCAblfgRYW7r' +
    'boRGixIzO6tRmQ9qJkuCPwIJlgTSZArtUcRwYuVpKaPLxUParin5Kcfityv3DpwNdn596uKNKllkZHPfi8arEaNCHzUT8rjn' +
    'qHg5O+IEYv2NmIqyr0K+08i82xwwGlWNxI6cGct9FaTLWQKBwCL64Y2jymK8o1A6F5Y9/921jSugnYBfcwEi7JiO3Q1647Mf' +
    'Wa0UQU4tYyA8yAFwVyTv/qaeHdx2/eRyn31ml/ovqdyepMKgLaBrwaNtSdM86XpL8GbMafpV6Jq40YDMRFPsdEADoIkfRKn6' +
    'm8pJm7hll7DQpoHP6VkpQfxFhwdToAlbgIbB9LDrkHh6RFVNKZE+Tl08wgseelarUyYhtO/PE9oz88ry22ngcGrfDr0goNTg' +
    'JfEoWnVL83n9jtD2YQKBwQDozRYO/0DMkxO7FJ3NX0iJlyXdjYDAv3IFOidAbPJ176/ujj6rL6DGROy9sIzc/2JJSIm9K8EK' +
    'NeETpWKQQ0nshudz7NMDQSR1rvHYQUIheldnQ1lQFybF1D7XhFeCy7XmOdXeRY3hXFnbC7IxlsMrMaGa1I8PU22D5MoZrHLO' +
    'xttt5dIF9zu7ilvtoaNb1PurBZTdHOhjR0Hy27GFbu16QsF01g/JbnTVrHk2M05DYOIGTLmNqO5CXk9DpPx57X8=',
} as const;

export function publishedRsaKey(role: string): KeyObject | undefined {
  if (!Object.hasOwn(RSA_KEYS, role)) return undefined;
  const key = Buffer.from(RSA_KEYS[role as keyof typeof RSA_KEYS], 'base64');
  return createPrivateKey({ key, format: 'der', type: 'pkcs8' });
}
