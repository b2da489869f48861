"""The site: what the build adds to Markdown, and the checks of it."""
