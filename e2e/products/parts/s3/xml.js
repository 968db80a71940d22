const entities = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }

/** `<name>…</name>` around text, which is escaped, or around a list of elements. */
export function element(name, content) {
  const inside = Array.isArray(content)
    ? content.join('')
    : String(content).replace(/[&<>"]/g, (sign) => entities[sign])
  return `<${name}>${inside}</${name}>`
}

export function xmlDocument(root) {
  return `<?xml version="1.0" encoding="UTF-8"?>\n${root}`
}
