/** What is wrong around this process, in words for whoever starts it: the message is all that is printed. */
export class CannotStart extends Error {
  override readonly name: string = 'CannotStart'
}
