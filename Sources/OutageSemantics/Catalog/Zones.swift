/// Names of time zones that a `clock` may bear. They label its times and move nothing: a scenario has no daylight saving.
enum Zones {
  static let names: Set<String> = [
    "UTC", "GMT", "Z",
    // North America
    "PT", "PST", "PDT", "MT", "MST", "MDT", "CT", "CST", "CDT", "ET", "EST", "EDT", "AKST", "AKDT", "HST", "AST", "ADT",
    "NST", "NDT",
    // South America
    "BRT", "ART", "CLT", "CLST", "COT", "PET", "UYT", "VET",
    // Europe and Africa
    "WET", "WEST", "CET", "CEST", "EET", "EEST", "BST", "IST", "MSK", "TRT", "WAT", "CAT", "EAT", "SAST",
    // Asia and Oceania
    "GST", "PKT", "NPT", "ICT", "WIB", "SGT", "HKT", "PHT", "JST", "KST", "AWST", "ACST", "ACDT", "AEST", "AEDT", "NZST",
    "NZDT",
  ]
}
