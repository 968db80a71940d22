import type { ProductTools } from '../../host/products.ts'

/** What a web service in Python is made of: the framework, its server, the database layer, migrations, logs and metrics. */
const packages = [
  ...['python-is-python3', 'python3-fastapi', 'uvicorn', 'python3-pydantic-settings', 'python3-structlog'],
  ...['python3-sqlalchemy', 'alembic', 'python3-asyncpg', 'python3-aiosqlite', 'python3-greenlet'],
  ...['python3-prometheus-client', 'python3-redis', 'ca-certificates', 'tzdata'],
]

/** A Debian root with Python 3 as `python`, as the official image has it, and the libraries of a FastAPI service. */
export function pythonImage(tools: ProductTools): Promise<string> {
  const changes = ['ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1', 'CMD ["python3"]']
  return tools.importRoot({ name: 'parts-python', packages, changes })
}
