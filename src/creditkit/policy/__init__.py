"""The policy: a declarative document, and what it decides. The only room that knows all calculators."""
