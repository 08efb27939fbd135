// OutageReport
