"""The council: directorates, services, corporate plan areas, posts and who holds them."""
