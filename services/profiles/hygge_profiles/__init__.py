"""What flows in: profiles of load, generation, price, carbon and weather, and which house follows which."""
