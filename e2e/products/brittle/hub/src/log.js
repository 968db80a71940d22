import { pino } from 'pino'

/** JSON lines on stdout, in pino's own shape: `level` is a number, `time` counts milliseconds. */
export const log = pino({ level: process.env.LOG_LEVEL || 'info' })
