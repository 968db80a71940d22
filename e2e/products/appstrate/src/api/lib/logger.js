import pino from 'pino'

/** pino as it comes: one JSON object a line on stdout, the level as a number (50 is error), the time in milliseconds. */
export const logger = pino({ level: process.env.LOG_LEVEL || 'info' })
