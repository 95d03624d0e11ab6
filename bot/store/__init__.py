"""The store: one schema for two databases, one writer, many readers. Queries live in the modules beside this one."""
