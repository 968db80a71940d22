import pg from 'pg'

const name = (text) => pg.escapeIdentifier(text)

/** The statement for a request on a table; its filters are `column=eq.value`, as many as there are. */
export function buildStatement(method, schema, table, query, rows) {
  const target = `${name(schema)}.${name(table)}`
  const { where, values } = buildFilters(query)
  if (method === 'GET') return { text: `SELECT * FROM ${target}${where}${orderOf(query)}`, values }
  if (method === 'DELETE') return { text: `DELETE FROM ${target}${where} RETURNING *`, values }
  if (method === 'POST') {
    const columns = Object.keys(rows[0] ?? {})
      .map(name)
      .join(', ')
    const text = `INSERT INTO ${target} (${columns}) SELECT ${columns} FROM json_populate_recordset(NULL::${target}, $1) RETURNING *`
    return { text, values: [JSON.stringify(rows)] }
  }
  return null
}

function buildFilters(query) {
  const filters = [...query].filter(([key, value]) => key !== 'order' && value.startsWith('eq.'))
  const conditions = filters.map(([key], index) => `${name(key)}::text = $${index + 1}`)
  const where = conditions.length > 0 ? ` WHERE ${conditions.join(' AND ')}` : ''
  return { where, values: filters.map(([, value]) => value.slice('eq.'.length)) }
}

function orderOf(query) {
  const column = query.get('order')
  return column ? ` ORDER BY ${name(column)}` : ''
}
