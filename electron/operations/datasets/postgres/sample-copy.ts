/**
 * For tests: SQL that waits inside the server until a table is being dumped, for a minute at most, and then ends that
 * session where it is told to. From outside, a dump of a second or two can be missed.
 */
export function whenDumped(table: string, then: 'end it' | 'go on'): string {
  const what = then === 'end it' ? 'pg_terminate_backend(pid)' : 'pid'
  return `DO $$ BEGIN
    FOR i IN 1..12000 LOOP
      PERFORM pg_stat_clear_snapshot();
      PERFORM ${what} FROM pg_stat_activity WHERE query LIKE 'COPY ${table}%' AND state = 'active';
      IF FOUND THEN RETURN; END IF;
      PERFORM pg_sleep(0.005);
    END LOOP;
    RAISE '${table} was not dumped';
  END $$`
}
