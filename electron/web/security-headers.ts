/** Where the page may open its live connection: its own origin over WebSocket, or nowhere (the window uses a port). */
export interface PolicyOptions {
  readonly webSocketOrigin: string | null
}

/**
 * What the page may load: its own files and nothing else. Inline styles are allowed because the component
 * library writes its colour variables into a style element; inline scripts are not.
 */
export function contentSecurityPolicy({ webSocketOrigin }: PolicyOptions): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    "font-src 'self'",
    `connect-src 'self'${webSocketOrigin === null ? '' : ` ${webSocketOrigin}`}`,
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ')
}

/** Headers of every answer that either runtime gives to the page. */
export function securityHeaders(options: PolicyOptions): Readonly<Record<string, string>> {
  return {
    'Content-Security-Policy': contentSecurityPolicy(options),
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'no-referrer',
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cross-Origin-Resource-Policy': 'same-origin',
    'Permissions-Policy': 'camera=(), microphone=(), geolocation=(), usb=(), serial=(), payment=(), display-capture=()',
  }
}
