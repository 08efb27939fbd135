print("outage")
