/** The start failed for a reason that the message explains alone; no stack trace. */
export class StartError extends Error {}
