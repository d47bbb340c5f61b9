"""`chartgen deploy`: looked at first, planned, asked for, then carried out wave by wave."""
