"""The web app's pages and its guard: replies and articles -> HTML, requests -> refused or let in."""
