import { runAndPrint } from './run-and-print.ts'

await runAndPrint(['admin', ...process.argv.slice(2)])
