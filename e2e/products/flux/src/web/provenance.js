import { build } from '../common/build.js'

/** `GET /api/health`: who is running, and nothing about whether anything works. */
export function healthBody() {
  return {
    ok: true,
    status: 'ok',
    provenanceStatus: 'established',
    provenanceDetail: `Built from ${build.sourceSha.slice(0, 7)}, nothing uncommitted.`,
    provenance: {
      version: build.version,
      sourceSha: build.sourceSha,
      dirtyAtBuild: false,
      buildTimestamp: build.builtAt,
      gatewayContractVersion: 2,
      pooledPushAdapterContract: 1,
    },
  }
}
