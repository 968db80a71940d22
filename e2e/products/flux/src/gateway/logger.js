import pino from 'pino'

/** Levels by name and times by ISO 8601; neither `pid` nor `hostname`. */
export const logger = pino({
  level: process.env.LOG_LEVEL || 'info',
  base: { service: 'flux-gateway' },
  timestamp: pino.stdTimeFunctions.isoTime,
  formatters: { level: (label) => ({ level: label }) },
})
