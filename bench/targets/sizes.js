import { openFilesLimit } from '../lib/proc.js'

/** TCP connections each balancer is set up for: two open files each, and some to spare. */
export const MAX_CONNECTIONS = Math.min(9_500, Math.floor((openFilesLimit() - 200) / 2))

/** The listen queue each balancer asks for. */
export const BACKLOG = 4_096
