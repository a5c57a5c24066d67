// Loaded before anything else (`node -r`), so that an old Node says what is missing
// instead of failing on the first TypeScript file. Plain CommonJS: any Node can read it.
const [major, minor] = process.versions.node.split('.').map(Number)

if (major < 22 || (major === 22 && minor < 18)) {
  console.error(
    `Node ${process.versions.node} is too old: this needs Node 22.18 or newer, which \`npm install\` ` +
      'brings along unless install scripts are forbidden (then run `npm rebuild node`, or install Node 24).',
  )
  process.exit(1)
}

// Keeps the compiled code, so that later starts neither strip types nor parse again: 0.2 s and 40 MB less.
const { enableCompileCache } = require('node:module')
enableCompileCache(require('node:path').join(__dirname, '../node_modules/.cache/compiled'))
