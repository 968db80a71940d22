#!/bin/sh
# Makes a certificate for the domain and everything directly below it, where there is none or it is about to expire.
# It is signed by an authority of its own, which stays: clients trust /letsencrypt/ca.pem.
set -eu
domain=${FLUX_DOMAIN:?}
days=${EDGE_CERTIFICATE_DAYS:-90}
cd /letsencrypt
umask 077
if [ ! -s ca.pem ]; then
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 3650 \
    -subj '/CN=Flux sample authority' -keyout ca.key -out ca.pem 2> /dev/null
fi
if ! openssl x509 -checkend 86400 -noout -in edge.pem > /dev/null 2>&1; then
  printf 'subjectAltName=DNS:%s,DNS:*.%s\n' "$domain" "$domain" > edge.ext
  openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj "/CN=$domain" -keyout edge.key -out edge.csr 2> /dev/null
  openssl x509 -req -in edge.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days "$days" -extfile edge.ext -out edge.pem 2> /dev/null
fi
sed "s/@DOMAIN@/$domain/g" /etc/nginx/edge.conf > /etc/nginx/nginx.conf
exec "$@"
