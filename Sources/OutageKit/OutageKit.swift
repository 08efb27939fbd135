// OutageKit
