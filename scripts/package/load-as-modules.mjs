// Loads each entry point named in the arguments as an ES module, in a process that has never used `require`.
for (const entry of process.argv.slice(2)) await import(entry);
