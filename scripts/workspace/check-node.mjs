const oldest = [20, 19];

/** Ends the process with one sentence where Node is older than the packages support. */
export function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > oldest[0] || (major === oldest[0] && minor >= oldest[1])) return;
  console.error(
    `bomba-sync needs Node ${oldest.join('.')} or newer, and this is Node ${process.versions.node}: install a newer Node and try again.`,
  );
  process.exit(1);
}
