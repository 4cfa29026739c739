"""Version 1: endpoints, schemas, problem+json errors."""
