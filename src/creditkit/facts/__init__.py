"""What the host knows, checked at the door: frozen facts, and the same facts as columns. No verbs."""
