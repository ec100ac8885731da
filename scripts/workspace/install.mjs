import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readManifest, root } from './root.mjs';
import { runCommand } from './run-command.mjs';

const stampFile = join(root, 'node_modules', '.bomba-install');

const currentStamp = (packageManager) =>
  createHash('sha256')
    .update(readFileSync(join(root, 'pnpm-lock.yaml')))
    .update([packageManager, process.versions.modules, process.platform, process.arch].join())
    .digest('hex');

const installedStamp = () => {
  try {
    return readFileSync(stampFile, 'utf8');
  } catch {
    return undefined;
  }
};

/** Installs what the lockfile names, unless that was done before. Resolves with an exit code. */
export async function install() {
  const [packageManager] = readManifest('.').packageManager.split('+');
  const stamp = currentStamp(packageManager);
  if (installedStamp() === stamp) return 0;
  console.error('Installing packages (once; a minute or two on a slow line) ...');
  const code = await runCommand(
    'npx',
    ['-y', packageManager, 'install', '--frozen-lockfile', '--config.confirmModulesPurge=false'],
    { output: 'stderr' },
  );
  if (code === 0) writeFileSync(stampFile, stamp);
  return code;
}
