#!/bin/bash
# GET /health answers 200. Without starting a Node.js every two seconds.
exec 3<> "/dev/tcp/127.0.0.1/${PORT:-4000}" || exit 1
printf 'GET /health HTTP/1.0\r\nHost: localhost\r\n\r\n' >&3
read -r _ status _ <&3
[ "$status" = 200 ]
