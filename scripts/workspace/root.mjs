import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of the repository. */
export const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

/** A package.json of the repository, parsed; `folder` is relative to the root. */
export const readManifest = (folder) => JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'));

/** Every package and app of the workspace: its folder and its package.json. */
export const workspaces = () =>
  ['packages', 'apps'].flatMap((group) =>
    readdirSync(join(root, group), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => ({
        folder: `${group}/${entry.name}`,
        manifest: readManifest(`${group}/${entry.name}`),
      })),
  );
