// Loads each entry point named in the arguments with `require`, then with `import`: both must give the same copy.
const load = async (entry) => {
  const required = require(entry);
  const imported = await import(entry);
  const names = Object.keys(imported);
  if (names.length === 0) throw new Error(`${entry} exports nothing`);
  const differing = names.filter((name) => imported[name] !== required[name]);
  if (differing.length > 0)
    throw new Error(`${entry} is loaded twice, which shows in ${differing.join(', ')}`);
  console.log(`${entry}: ${names.length} exports, the same by require and import`);
};

process.argv.slice(2).reduce((before, entry) => before.then(() => load(entry)), Promise.resolve());
