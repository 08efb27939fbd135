// OutageModel
