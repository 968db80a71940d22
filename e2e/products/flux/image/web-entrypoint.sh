#!/bin/sh
# Starts as root: named volumes belong to root until somebody gives them to the user of the process. What is set up
# outside of /srv/flux is the operator's own to prepare.
set -eu
chown -R nextjs:nodejs /srv/flux
groups=nodejs
if [ -S /var/run/docker.sock ]; then groups=$(stat -c %g /var/run/docker.sock); fi
exec setpriv --reuid=1001 --regid=1001 --groups="$groups" "$@"
