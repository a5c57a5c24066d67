/** What this process does for a command, which asks now and then how far it is. */
export interface Task {
  /** Of the file, while it is read: 0 to 1. */
  share: number
  rows: number
  /** In words for the operator, when it went wrong. */
  failure?: string
  isOver: boolean
}

export interface CommandTasks {
  /** Begins work that goes on after the command has been answered. */
  begin(id: string, work: (task: Task) => Promise<void>): void
  find(id: string): Task | undefined
  /** Waits for all that goes on. */
  settled(): Promise<void>
}

const mostKept = 100

export function createCommandTasks(explain: (error: unknown) => string): CommandTasks {
  const tasks = new Map<string, Task>()
  const going = new Set<Promise<void>>()
  return {
    begin(id, work) {
      const task: Task = { share: 0, rows: 0, isOver: false }
      tasks.set(id, task)
      for (const oldest of tasks.keys()) if (tasks.size > mostKept) tasks.delete(oldest)
      const over = work(task)
        .catch((error: unknown) => {
          task.failure = explain(error)
        })
        .finally(() => {
          task.isOver = true
          going.delete(over)
        })
      going.add(over)
    },
    find: (id) => tasks.get(id),
    async settled() {
      await Promise.all(going)
    },
  }
}
