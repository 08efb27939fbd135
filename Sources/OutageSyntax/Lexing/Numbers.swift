// Numbers carry their unit: `100_000`, `1.5`, `5%`, `2h37m`, `50/s`, `23:48:30`, `2025-10-19`. Values are
// exact where they are integers; one that does not fit is reported and read as zero.

extension Lexer {
  /// Units of time, in nanoseconds.
  static let timeUnits: [(name: StaticString, nanoseconds: Int64)] = [
    ("ns", 1), ("us", 1_000), ("ms", 1_000_000), ("s", 1_000_000_000), ("m", 60_000_000_000),
    ("h", 3_600_000_000_000), ("d", 86_400_000_000_000),
  ]

  /// Digits with their fraction, as written: `mantissa / 10^scale`.
  private struct Decimal {
    var start: Int
    var end: Int
    var mantissa: Int64 = 0
    var scale = 0
    var hasFraction = false
    /// More digits than an Int64 holds.
    var isTooLong = false
  }

  mutating func number() {
    if isDate() { return date() }
    if isClock() { return clock() }
    let start = position
    let decimal = decimal()
    let next = byte()
    if next == UInt8(ascii: "%") {
      position += 1
      return emit(.share, from: start, bits: bits(double(decimal, exponent: -2)))
    }
    if next == UInt8(ascii: "/"), let seconds = rateUnit(byte(1)), !isWordByte(byte(2)) {
      position += 2
      let perUnit = double(decimal, exponent: 0)
      return emit(.rate, from: start, bits: bits(perUnit / seconds))
    }
    if Self.isLetter(next) { return duration(first: decimal, from: start) }
    if decimal.hasFraction {
      return emit(.number, from: start, bits: bits(double(decimal, exponent: 0)))
    }
    if decimal.isTooLong { tooLarge(start, "a count is at most 9_223_372_036_854_775_807") }
    emit(.count, from: start, bits: decimal.isTooLong ? 0 : decimal.mantissa)
  }

  private func isWordByte(_ byte: UInt8) -> Bool { Self.isLetter(byte) || Self.isDigit(byte) }

  private func bits(_ value: Double) -> Int64 { Int64(bitPattern: value.bitPattern) }

  /// Seconds of the unit of a rate.
  private func rateUnit(_ byte: UInt8) -> Double? {
    switch byte {
    case UInt8(ascii: "s"): 1
    case UInt8(ascii: "m"): 60
    case UInt8(ascii: "h"): 3600
    default: nil
    }
  }

  private mutating func decimal() -> Decimal {
    var decimal = Decimal(start: position, end: position)
    digits(&decimal)
    if byte() == UInt8(ascii: "."), Self.isDigit(byte(1)) {
      position += 1
      decimal.hasFraction = true
      let before = decimal.scale
      let start = position
      digits(&decimal)
      let underscores = source[start..<position].count { $0 == UInt8(ascii: "_") }
      decimal.scale = before + position - start - underscores
    }
    decimal.end = position
    return decimal
  }

  /// Digits, with single underscores between them.
  private mutating func digits(_ decimal: inout Decimal) {
    while position < source.count {
      let next = source[position]
      if Self.isDigit(next) {
        let (tens, overflow) = decimal.mantissa.multipliedReportingOverflow(by: 10)
        let (sum, overflow2) = tens.addingReportingOverflow(Int64(next & 15))
        if overflow || overflow2 { decimal.isTooLong = true } else { decimal.mantissa = sum }
      } else if next != UInt8(ascii: "_") || !Self.isDigit(byte(1)) {
        return
      }
      position += 1
    }
  }

  /// The nearest Double of the digits times `10^exponent`.
  private mutating func double(_ decimal: Decimal, exponent: Int) -> Double {
    let digits = source[decimal.start..<decimal.end].filter { $0 != UInt8(ascii: "_") }
    let spelling = String(decoding: digits, as: UTF8.self) + "e\(exponent)"
    guard let value = Double(spelling), value.isFinite else {
      tooLarge(decimal.start, "a number is at most 1.8e308")
      return 0
    }
    return value
  }

  private mutating func tooLarge(_ start: Int, _ message: String) {
    report("E0104", message, start, position)
  }

  // MARK: Durations

  /// `2h37m`: each unit smaller than the one before it.
  private mutating func duration(first: Decimal, from start: Int) {
    var part = first
    var total: Int64 = 0
    var smallest = Int64.max
    var overflow = false
    while true {
      let unitStart = position
      while Self.isLetter(byte()) { position += 1 }
      guard let unit = unit(unitStart, position) else {
        unknownUnit(unitStart)
        return emit(.duration, from: start)
      }
      if unit >= smallest {
        report(
          "E0106", "the units of a duration go from the largest to the smallest", start, position,
          help: "write it as in `2h37m`")
        return emit(.duration, from: start)
      }
      smallest = unit
      let (value, tooLong) = Self.nanoseconds(part, unit)
      let (sum, tooMuch) = total.addingReportingOverflow(value)
      overflow = overflow || tooLong || tooMuch
      if !overflow { total = sum }
      guard Self.isDigit(byte()) else { break }
      part = decimal()
      if !Self.isLetter(byte()) {
        report(
          "E0106", "each part of a duration has a unit", part.start, position, help: "write it as in `2h37m`")
        return emit(.duration, from: start)
      }
    }
    if overflow {
      tooLarge(start, "a duration is at most 292 years")
      total = 0
    }
    emit(.duration, from: start, bits: total)
  }

  private static func nanoseconds(_ decimal: Decimal, _ unit: Int64) -> (Int64, Bool) {
    if decimal.isTooLong { return (0, true) }
    var value = Int128(decimal.mantissa) * Int128(unit)
    for _ in 0..<min(decimal.scale, 40) { value /= 10 }
    return Int64(exactly: value).map { ($0, false) } ?? (0, true)
  }

  private func unit(_ start: Int, _ end: Int) -> Int64? {
    for (name, nanoseconds) in Self.timeUnits where name.utf8CodeUnitCount == end - start {
      if (start..<end).allSatisfy({ source[$0] == name.utf8Start[$0 - start] }) { return nanoseconds }
    }
    return nil
  }

  private mutating func unknownUnit(_ start: Int) {
    while isWordByte(byte()) { position += 1 }
    let unit = String(decoding: source[start..<position], as: UTF8.self)
    report(
      "E0105", "`\(unit)` is no unit", start, position,
      help: "units are ns, us, ms, s, m, h, d, `%`, and `/s` `/m` `/h` for rates")
  }

  // MARK: Clock times and dates

  private func pair(_ offset: Int) -> Int64 { Int64(byte(offset) & 15) * 10 + Int64(byte(offset + 1) & 15) }

  private func isPair(_ offset: Int) -> Bool { Self.isDigit(byte(offset)) && Self.isDigit(byte(offset + 1)) }

  /// `23:48`: one or two digits, a colon, two digits.
  private func isClock() -> Bool {
    let colon = Self.isDigit(byte(1)) ? 2 : 1
    return byte(colon) == UInt8(ascii: ":") && isPair(colon + 1)
  }

  private mutating func clock() {
    let start = position
    if !Self.isDigit(byte(1)) {
      report("E0107", "an hour has two digits", start, start + 1, help: "write `0\(byte() & 15):…`")
    }
    let hour = Self.isDigit(byte(1)) ? pair(0) : Int64(byte() & 15)
    position += Self.isDigit(byte(1)) ? 2 : 1
    let minute = pair(1)
    position += 3
    var second: Int64 = 0
    var fraction: Int64 = 0
    if byte() == UInt8(ascii: ":"), isPair(1) {
      second = pair(1)
      position += 3
      if byte() == UInt8(ascii: "."), Self.isDigit(byte(1)) { fraction = secondFraction() }
    }
    let isWrong = hour > 23 || minute > 59 || second > 59 || isWordByte(byte())
    if isWrong {
      while isWordByte(byte()) { position += 1 }
      report("E0107", "a clock time is from 00:00 to 23:59:59", start, position)
    }
    let seconds = hour * 3600 + minute * 60 + second
    emit(.clock, from: start, bits: isWrong ? 0 : seconds * 1_000_000_000 + fraction)
  }

  /// `.25` after the seconds, in nanoseconds; what is finer does not count.
  private mutating func secondFraction() -> Int64 {
    position += 1
    var value: Int64 = 0
    var place: Int64 = 100_000_000
    while Self.isDigit(byte()) {
      value += Int64(byte() & 15) * place
      place /= 10
      position += 1
    }
    return value
  }

  /// `2025-10-19`, without spaces.
  private func isDate() -> Bool {
    isPair(0) && isPair(2) && byte(4) == UInt8(ascii: "-") && isPair(5) && byte(7) == UInt8(ascii: "-")
      && isPair(8) && !isWordByte(byte(10))
  }

  private mutating func date() {
    let start = position
    let year = pair(0) * 100 + pair(2)
    let month = pair(5)
    let day = pair(8)
    position += 10
    if !(1...12).contains(month) || !(1...Self.days(year, month)).contains(day) {
      report("E0107", "the calendar has no such day", start, position)
    }
    emit(.date, from: start, bits: year << 16 | month << 8 | day)
  }

  private static func days(_ year: Int64, _ month: Int64) -> Int64 {
    switch month {
    case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }
}
