/**
 * The scripts that run beside a database, in a throw-away container. They use only what both GNU and BusyBox
 * have, take everything that varies as an argument, and print one `key<TAB>value` a line.
 */

/** Exit codes of the scripts, apart from those of the programs in them. */
export const SCRIPT_EXIT = { missingSource: 61, emptySource: 62, corrupt: 63, copyDiffers: 64 } as const

/** Where the backup set is mounted in the container. */
export const BACKUP_MOUNT = '/slipway-backup'

/** `$count` yields one statement for each table, which counts its rows. Virtual tables may need code that only the product has. */
const ASK = `ask() { sqlite3 -batch -bail -cmd '.timeout 20000' "$@"; }
count=$(cat <<'SQL'
SELECT printf('SELECT json_object(''table'', %Q, ''rows'', count(*)) FROM "%w";', name, name)
  FROM sqlite_schema WHERE type = 'table' AND substr(name, 1, 7) <> 'sqlite_'
  AND upper(substr(ltrim(sql), 1, 14)) <> 'CREATE VIRTUAL' ORDER BY name;
SQL
)`

/**
 * `backup SOURCE NAME QUERY UID GID`: an online copy of SOURCE at BACKUP_MOUNT/NAME. One read transaction covers
 * the count of the source's rows and the copy, so that both speak of the same moment while writers go on.
 */
export const BACKUP_SCRIPT = `set -eu
source=$1 partial=${BACKUP_MOUNT}/$2.partial query=$3 owner=$4
${ASK}
[ -f "$source" ] || exit ${SCRIPT_EXIT.missingSource}
[ -s "$source" ] || exit ${SCRIPT_EXIT.emptySource}
printf 'tool\\tsqlite3 %s\\n' "$(sqlite3 --version | cut -d ' ' -f 1)"
rm -f "$partial" "$partial-wal" "$partial-shm" "$partial-journal"
counts=$(ask "$source" "$count")
{
  printf 'PRAGMA query_only = 1;\\nBEGIN;\\nSELECT count(*) FROM sqlite_schema WHERE 0;\\n%s\\n' "$counts"
  printf '.backup main %s\\nCOMMIT;\\n' "$partial"
} | ask "$source" > "$partial.counts"
sed -e 1d -e 's/^/source\\t/' "$partial.counts"
rm -f "$partial.counts"
check=$(ask "$partial" 'PRAGMA integrity_check' | head -n 1)
printf 'integrity\\t%s\\n' "$check"
[ "$check" = ok ] || exit ${SCRIPT_EXIT.corrupt}
ask "$partial" "$count" | ask "$partial" | sed -e 's/^/copy\\t/'
[ -z "$query" ] || printf 'schema\\t%s\\n' "$(ask "$partial" "$query" | head -n 1)"
rm -f "$partial-wal" "$partial-shm"
chown "$owner" "$partial"
chmod 640 "$partial"
sync
printf 'sha256\\t%s\\n' "$(sha256sum "$partial" | cut -c 1-64)"
printf 'size\\t%s\\n' "$(stat -c %s "$partial")"
`

/** `schema SOURCE QUERY`: one value out of a database. What it refuses ends the script: that is no value of nothing. */
export const QUERY_SCRIPT = `set -eu
${ASK}
[ -f "$1" ] || exit ${SCRIPT_EXIT.missingSource}
answer=$(ask -cmd 'PRAGMA query_only = 1' "$1" "$2")
printf 'schema\\t%s\\n' "$(printf '%s\\n' "$answer" | head -n 1)"
`

/**
 * `restore NAME TARGET SHA256 SUFFIX`: puts BACKUP_MOUNT/NAME beside TARGET as TARGET.SUFFIX.new, proven, with TARGET's
 * owner and mode. TARGET is not touched.
 */
export const RESTORE_SCRIPT = `set -eu
copy=${BACKUP_MOUNT}/$1 target=$2 sha256=$3 aside=$2.$4 fresh=$2.$4.new
${ASK}
[ -f "$copy" ] || exit ${SCRIPT_EXIT.missingSource}
rm -f "$fresh" "$fresh-wal" "$fresh-shm"
cp "$copy" "$fresh"
[ "$(sha256sum "$fresh" | cut -c 1-64)" = "$sha256" ] || { rm -f "$fresh"; exit ${SCRIPT_EXIT.copyDiffers}; }
check=$(ask "$fresh" 'PRAGMA integrity_check' | head -n 1)
printf 'integrity\\t%s\\n' "$check"
[ "$check" = ok ] || { rm -f "$fresh"; exit ${SCRIPT_EXIT.corrupt}; }
ask "$fresh" "$count" | ask "$fresh" | sed -e 's/^/copy\\t/'
rm -f "$fresh-wal" "$fresh-shm"
model=$target
[ -e "$model" ] || model=$aside
[ -e "$model" ] || model=$(dirname "$target")
chown "$(stat -c %u:%g "$model")" "$fresh"
[ -d "$model" ] || chmod "$(stat -c %a "$model")" "$fresh"
sync
`

/**
 * `swap TARGET SUFFIX`: puts TARGET.SUFFIX.new in the place of TARGET, whose users are stopped. What was there is kept as
 * TARGET.SUFFIX with its -wal and -shm, which would otherwise be replayed into the restored file.
 */
export const SWAP_SCRIPT = `set -eu
target=$1 aside=$1.$2 fresh=$1.$2.new
if [ ! -e "$fresh" ]; then
  [ -e "$target" ] || exit ${SCRIPT_EXIT.missingSource}
  [ ! -e "$aside" ] || printf 'aside\\t%s\\n' "$aside"
  exit 0
fi
if [ -e "$target" ] && [ ! -e "$aside" ]; then ln "$target" "$aside"; fi
[ ! -e "$aside" ] || printf 'aside\\t%s\\n' "$aside"
for part in -wal -shm -journal; do
  [ -e "$target$part" ] || continue
  if [ -e "$aside$part" ]; then rm -f "$target$part"; else mv -f "$target$part" "$aside$part"; fi
done
mv -f "$fresh" "$target"
sync
`

/** `verify NAME SHA256` */
export const VERIFY_SCRIPT = `set -eu
copy=${BACKUP_MOUNT}/$1
${ASK}
[ -f "$copy" ] || exit ${SCRIPT_EXIT.missingSource}
[ "$(sha256sum "$copy" | cut -c 1-64)" = "$2" ] || exit ${SCRIPT_EXIT.copyDiffers}
check=$(ask "file:$copy?immutable=1" 'PRAGMA integrity_check' | head -n 1)
[ "$check" = ok ] || exit ${SCRIPT_EXIT.corrupt}
`

/** `discard FILE`: a database with what belongs to it. */
export const DISCARD_SCRIPT = `set -eu
rm -f "$1" "$1-wal" "$1-shm" "$1-journal"
`

/** `count SOURCE`: rows of each table as they are now. */
export const COUNT_SCRIPT = `set -eu
${ASK}
[ -f "$1" ] || exit ${SCRIPT_EXIT.missingSource}
ask -cmd 'PRAGMA query_only = 1' "$1" "$count" | ask -cmd 'PRAGMA query_only = 1' "$1" | sed -e 's/^/copy\\t/'
`

/** `measure SOURCE`: bytes of a database with what is not yet written back into it. */
export const MEASURE_SCRIPT = `set -eu
[ -f "$1" ] || exit ${SCRIPT_EXIT.missingSource}
[ -s "$1" ] || exit ${SCRIPT_EXIT.emptySource}
sqlite3 --version >/dev/null
printf 'size\\t%s\\n' "$(stat -c %s "$1")"
[ ! -e "$1-wal" ] || printf 'wal\\t%s\\n' "$(stat -c %s "$1-wal")"
`
