/* Runs before everything else, on whatever Node.js is there, so it is written in the oldest JavaScript. */
var needed = [22, 18];
var version = process.versions.node.split('.').map(Number);
if (version[0] < needed[0] || (version[0] === needed[0] && version[1] < needed[1])) {
  console.error(
    'Fieldline runs on Node.js ' +
      needed.join('.') +
      ' or newer, and this is ' +
      process.version +
      ' on ' +
      process.platform +
      '-' +
      process.arch +
      '.\n' +
      'On Linux (x64, arm64) and Windows (x64) `npm ci` brings the right one along, unless optional dependencies are omitted:\n' +
      'run `npm ci` again without --omit=optional. Elsewhere, install Node.js 24 from https://nodejs.org and try again.',
  );
  process.exit(1);
}
