"""Settings from variables that begin with HR_. A list has to be JSON: an empty one ends the service."""

from functools import lru_cache

from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="HR_")

    environment: str = "dev"
    redis_url: str = "redis://localhost:6379/0"
    tier_default: str = "free"
    # Read, and then used by nobody, as in the product.
    log_level: str = "info"
    port: int = 8080
    cors_origins: list[str] = ["*"]
    # An addition of the stand-in: the first key, which the API cannot make.
    admin_api_key: str = ""


@lru_cache
def get_settings() -> Settings:
    return Settings()
