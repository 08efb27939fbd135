// OutageEngine
