import { flush } from '../../flush.ts'

/** Exit codes of the scripts, apart from those of the programs in them. */
export const VOLUME_EXIT = { missing: 61, changed: 62, differs: 63, otherListing: 64 } as const

/** Where the backup set is mounted in the container. */
export const BACKUP_MOUNT = '/slipway-backup'

/**
 * `find_names FOLDER PATTERN…` puts every path below FOLDER into $work/names, sorted, without those that a PATTERN
 * covers, and the plain files among them into $work/files. `describe` writes what they are and what is in them. No
 * stage is piped into the next, so that none can fail unheard.
 */
const LOOK = `export LC_ALL=C
work=/slipway-work
mkdir -p "$work"
find_names() {
  cd "$1"; shift
  for pattern; do set -- "$@" -path "./$pattern" -prune -o; shift; done
  find . "$@" ! -type s -print0 > "$work/found"
  sort -z "$work/found" > "$work/names"
  find . "$@" -type f -print0 > "$work/found"
  sort -z "$work/found" > "$work/files"
  rm "$work/found"
}
describe() {
  xargs -0 -r stat --printf '%a %u %g %F %N\\n' < "$work/names"
  xargs -0 -r sha256sum < "$work/files"
}
stamps() { xargs -0 -r stat --printf '%s %y %z %i %N\\n' < "$work/names"; }
totals() {
  tr -dc '\\0' < "$work/files" > "$work/zeros"
  printf 'files\\t%s\\n' "$(stat -c %s "$work/zeros")"
  wc -c --files0-from="$work/files" > "$work/sizes"
  printf 'bytes\\t%s\\n' "$(sed -n -e '$ s/^ *\\([0-9]*\\).*/\\1/p' "$work/sizes")"
}
`

/**
 * `SOURCE ARCHIVE LISTING OWNER PATTERN…`: an archive of a folder and a listing with the hash of every file. A folder
 * in which anything changes meanwhile is no backup.
 */
export const BACKUP_SCRIPT = `set -eu
source=$1 partial=${BACKUP_MOUNT}/$2.partial listing=${BACKUP_MOUNT}/$3.partial owner=$4; shift 4
${LOOK}
[ -d "$source" ] || exit ${VOLUME_EXIT.missing}
find_names "$source" "$@"
stamps > "$work/before"
describe > "$listing"
totals
rm -f "$partial"
code=0
tar --create --file="$partial" --format=posix --numeric-owner --acls --xattrs --sparse --no-recursion --null --files-from="$work/names" || code=$?
[ $code -le 1 ] || exit $code
find_names "$source" "$@"
stamps > "$work/after"
if [ $code = 1 ] || ! cmp -s "$work/before" "$work/after"; then
  diff "$work/before" "$work/after" | sed -n -e 's/^[<>] //p' | head -n 5 >&2
  exit ${VOLUME_EXIT.changed}
fi
printf 'tool\\t%s\\n' "$(tar --version | head -n 1)"
tar --list --file="$partial" --quoting-style=escape > "$work/list"
printf 'entries\\t%s\\n' "$(wc -l < "$work/list")"
tr -dc '\\0' < "$work/names" > "$work/zeros"
printf 'names\\t%s\\n' "$(stat -c %s "$work/zeros")"
chown "$owner" "$partial" "$listing"
chmod 640 "$partial" "$listing"
sync "$partial" "$listing"
printf 'listing\\t%s\\n' "$(sha256sum < "$listing" | cut -c 1-64)"
printf 'sha256\\t%s\\n' "$(sha256sum < "$partial" | cut -c 1-64)"
printf 'size\\t%s\\n' "$(stat -c %s "$partial")"
`

/** `ARCHIVE SHA256` */
export const VERIFY_SCRIPT = `set -eu
archive=${BACKUP_MOUNT}/$1
[ -f "$archive" ] || exit ${VOLUME_EXIT.missing}
[ "$(sha256sum < "$archive" | cut -c 1-64)" = "$2" ] || exit ${VOLUME_EXIT.differs}
tar --list --file="$archive" > /dev/null
`

/** `ARCHIVE SHA256 LISTING-SHA256 FOLDER`: unpacks into an empty FOLDER, and holds every file in it against the listing. */
export const RESTORE_SCRIPT = `set -eu
archive=${BACKUP_MOUNT}/$1 sha256=$2 listing=$3 fresh=$4
${LOOK}
[ -f "$archive" ] || exit ${VOLUME_EXIT.missing}
[ "$(sha256sum < "$archive" | cut -c 1-64)" = "$sha256" ] || exit ${VOLUME_EXIT.differs}
mkdir -p "$fresh"
find "$fresh" -mindepth 1 -delete
tar --extract --file="$archive" --directory="$fresh" --numeric-owner --same-owner --preserve-permissions --acls --xattrs --sparse
find_names "$fresh"
describe > "$work/listing"
[ "$(sha256sum < "$work/listing" | cut -c 1-64)" = "$listing" ] || exit ${VOLUME_EXIT.otherListing}
totals
${flush('"$fresh"')}
`

/** `SOURCE PATTERN…` */
export const COUNT_SCRIPT = `set -eu
source=$1; shift
${LOOK}
[ -d "$source" ] || exit ${VOLUME_EXIT.missing}
find_names "$source" "$@"
totals
`
