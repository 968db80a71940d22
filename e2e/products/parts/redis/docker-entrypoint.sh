#!/bin/sh
# What the official image's entry point does: options alone are redis-server's, and root only hands over its data.
set -e

case "${1:-}" in
-* | *.conf) set -- redis-server "$@" ;;
esac

if [ "${1:-}" = redis-server ] && [ "$(id -u)" = 0 ]; then
  find . \! -user redis -exec chown redis:redis {} +
  exec setpriv --reuid=redis --regid=redis --clear-groups -- "$0" "$@"
fi

if [ "${1:-}" = redis-server ]; then
  umask 0077
  shift
  # A configuration file comes first. Protected mode would refuse every other container; the official build has it off.
  case "${1:-}" in
  '' | -*) exec redis-server --protected-mode no "$@" ;;
  esac
  configuration=$1
  shift
  exec redis-server "$configuration" --protected-mode no "$@"
fi

exec "$@"
