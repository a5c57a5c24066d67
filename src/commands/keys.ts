import { runAndPrint } from './run-and-print.ts'

await runAndPrint(['keys', ...process.argv.slice(2)])
