import type { SampleHost } from '../../host/sample-host.ts'

/** A request to the ledger's S3 server, made on its host: options of curl, and a path in a bucket. */
export async function askStorage(
  sample: Pick<SampleHost, 'exec'>,
  options: string,
  path: string,
  bucket = 'ledger',
): Promise<string> {
  const script = `address=$(docker inspect -f '{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}' ledger-storage-1)
    password=$(sed -n s/LEDGER_STORAGE_PASSWORD=//p /home/deploy/ledger/.env)
    curl -sS --fail-with-body --user "ledger:$password" --aws-sigv4 aws:amz:us-east-1:s3 ${options} "http://$address:9000/${bucket}${path}"`
  return (await sample.exec(['sh', '-euc', script])).stdout
}
