import { setTimeout as pause } from 'node:timers/promises';
import { Command, InvalidArgumentError, Option } from 'commander';
import type { AttachmentView } from '../attachments/view.js';

interface Connection {
  readonly url?: string;
  readonly tokenFile?: string;
}
const WATCH_MS = 1_000;

/** `valise attachments`: files up, down, and how far they are. */
export function attachmentsCommand(): Command {
  return new Command('attachments')
    .description('upload, list, watch, download and delete attachments of messages')
    .addCommand(uploading())
    .addCommand(listing())
    .addCommand(watching())
    .addCommand(downloading())
    .addCommand(deleting());
}

function uploading(): Command {
  return connecting('upload', 'upload a file; a message then names it by the identifier that is printed')
    .argument('<file>', 'the file')
    .option('--name <name>', 'its name for the other side; by default its own')
    .option('--media-type <type>', 'for example application/pdf')
    .action(async (file: string, options: Connection & { name?: string; mediaType?: string }) => {
      const { upload } = await import('../attachments/upload.js');
      const { url, token, progressOf } = await connect(options);
      const stored = await upload({ ...options, url, token, file }, progressOf('uploading'));
      process.stderr.write(`${stored.bytes} bytes, SHA-256 ${stored.sha256} (base64url)\n`);
      console.log(stored.id);
    });
}

function listing(): Command {
  return connecting('list', 'attachments, newest first, with their progress')
    .addOption(new Option('--direction <direction>').choices(['in', 'out']))
    .option('--peer <authority>', 'the other authority')
    .option(
      '--status <status>',
      'ready, announced, expected, pulling, verifying, verified, failed or deleted',
    )
    .option('--max <count>', 'maximum number', positive, 50)
    .option('--json', 'one line of JSON for each')
    .action(
      async (
        options: Connection & {
          direction?: string;
          peer?: string;
          status?: string;
          max: number;
          json?: true;
        },
      ) => {
        const { listAttachments, table } = await import('../attachments/view.js');
        const { api } = await connect(options);
        const { direction, peer, status, max } = options;
        const items = await listAttachments(api, { direction, peer, status }, max);
        const lines = options.json === true ? items.map((item) => JSON.stringify(item)) : table(items);
        for (const line of lines) console.log(line);
      },
    );
}

function watching(): Command {
  return connecting('watch', 'wait until an attachment is there and verified; 1 if it fails')
    .argument('<id>', 'its identifier')
    .action(async (id: string, options: Connection) => {
      const { table } = await import('../attachments/view.js');
      const { api, progressOf } = await connect(options);
      const progress = progressOf('pulling');
      const look = () => api.get<AttachmentView>(`/v1/attachments/${encodeURIComponent(id)}`);
      let attachment = await look();
      while (['expected', 'pulling', 'verifying'].includes(attachment.status)) {
        progress.at(attachment.progress.bytesDone, attachment.bytes);
        await pause(WATCH_MS);
        attachment = await look();
      }
      progress.at(attachment.progress.bytesDone, attachment.bytes);
      progress.end();
      for (const line of table([attachment])) console.log(line);
      if (attachment.status === 'failed') process.exitCode = 1;
    });
}

function downloading(): Command {
  return connecting(
    'download',
    'download an attachment, verified; a broken download continues where it stopped',
  )
    .argument('<id>', 'its identifier')
    .option('--output <file>', 'where to write it; by default its name, in this folder')
    .action(async (id: string, options: Connection & { output?: string }) => {
      const { download } = await import('../attachments/download.js');
      const { printable } = await import('../attachments/view.js');
      const { api, url, token, progressOf } = await connect(options);
      const attachment = await api.get<AttachmentView>(`/v1/attachments/${encodeURIComponent(id)}`);
      // The name is the sender's choice: it has no separators, and it makes no hidden file here either.
      const output = options.output ?? attachment.name.replace(/^\.+/, '_');
      await download({ url, token, output }, attachment, progressOf('downloading'));
      console.log(`${printable(output)}: ${attachment.bytes} bytes, verified`);
    });
}

function deleting(): Command {
  return connecting(
    'delete',
    'delete an upload that no message names, or what is no longer needed of an accepted message; it cannot be undone',
  )
    .argument('<id>', 'its identifier')
    .action(async (id: string, options: Connection) => {
      const { api } = await connect(options);
      await api.request('DELETE', `/v1/attachments/${encodeURIComponent(id)}`);
    });
}

function connecting(name: string, description: string): Command {
  return new Command(name)
    .exitOverride()
    .showHelpAfterError()
    .description(description)
    .option('--url <url>', 'the gateway’s address, for example http://127.0.0.1:8080; or VALISE_URL')
    .option('--token-file <file>', 'a file of mode 0600 with the access token; by default VALISE_TOKEN');
}

async function connect(options: Connection) {
  const { ValiseError } = await import('#core');
  const { Api } = await import('#client');
  const { readToken } = await import('../attachments/access.js');
  const { showProgress } = await import('../attachments/progress.js');
  const given = options.url ?? process.env.VALISE_URL;
  if (given === undefined || !URL.canParse(given))
    throw new ValiseError('CONFIGURATION', 'the gateway’s address is missing or invalid', {
      remedy: 'give it with --url or in VALISE_URL',
    });
  const url = given.replace(/\/$/, '');
  const token = readToken({ tokenFile: options.tokenFile, fromEnvironment: process.env.VALISE_TOKEN });
  return {
    url,
    token,
    api: new Api(url, token),
    // Standard output is for what scripts read.
    progressOf: (title: string) => showProgress(title, process.stderr, Date.now),
  };
}

function positive(text: string): number {
  const count = Number(text);
  if (!Number.isInteger(count) || count < 1) throw new InvalidArgumentError('must be a whole number from 1');
  return count;
}
