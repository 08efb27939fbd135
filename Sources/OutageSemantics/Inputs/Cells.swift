// What a cell of a table says: a number, or a time.

import OutageSyntax

/// A number as written, exactly: digits times a power of ten.
struct Decimal {
  var isNegative: Bool
  var digits: Int128
  /// Of ten.
  var exponent: Int

  /// nil: these bytes are no number.
  init?(_ bytes: ArraySlice<UInt8>) {
    (isNegative, digits, exponent) = (false, 0, 0)
    var i = bytes.startIndex
    func byte(_ i: Int) -> UInt8 { i < bytes.endIndex ? bytes[i] : 0 }
    func isDigit(_ b: UInt8) -> Bool { b >= 0x30 && b <= 0x39 }
    if byte(i) == UInt8(ascii: "-") || byte(i) == UInt8(ascii: "+") {
      isNegative = byte(i) == UInt8(ascii: "-")
      i += 1
    }
    var (count, isFraction) = (0, false)
    while isDigit(byte(i)) || byte(i) == UInt8(ascii: ".") && !isFraction {
      if byte(i) == UInt8(ascii: ".") {
        isFraction = true
      } else {
        count += 1
        // Nineteen digits are more than a Double has.
        if digits < 1_000_000_000_000_000_000 {
          digits = digits * 10 + Int128(byte(i) - 0x30)
          if isFraction { exponent -= 1 }
        } else if !isFraction {
          exponent += 1
        }
      }
      i += 1
    }
    if count == 0 { return nil }
    if byte(i) | 0x20 == UInt8(ascii: "e") {
      i += 1
      var isDown = false
      if byte(i) == UInt8(ascii: "-") || byte(i) == UInt8(ascii: "+") {
        isDown = byte(i) == UInt8(ascii: "-")
        i += 1
      }
      if !isDigit(byte(i)) { return nil }
      var power = 0
      while isDigit(byte(i)) {
        power = min(power * 10 + Int(byte(i) - 0x30), 100_000)
        i += 1
      }
      exponent += isDown ? -power : power
    }
    if i != bytes.endIndex { return nil }
  }

  /// So many times a unit, to the nearest whole; nil: it is beyond ±2^100.
  func times(_ unit: Int64) -> Int128? {
    var (value, overflow) = digits.multipliedReportingOverflow(by: Int128(unit))
    if overflow { return nil }
    let limit = Int128(1) << 100
    var left = exponent
    while left > 0, value != 0 {
      if value > limit { return nil }
      value *= 10
      left -= 1
    }
    if left < -45 { value = 0 }
    if left < 0, value != 0 {
      // The half is added at once: rounding digit by digit would round twice.
      var divisor: Int128 = 1
      for _ in 0..<min(-left, 37) { divisor *= 10 }
      if left < -37 { value /= 100_000_000 }
      value = (value + divisor / 2) / divisor
    }
    if value > limit { return nil }
    return isNegative ? -value : value
  }
}

extension CalendarMoment {
  /// `2025-10-20T02:25:30.5Z`, `2025-10-20 02:25 -07:00`, `2025-10-20`: ISO 8601 as files have it; nil: it is none.
  init?(_ bytes: ArraySlice<UInt8>) {
    var scanner = Scanner(bytes: bytes, at: bytes.startIndex)
    guard let year = scanner.digits(4), scanner.take("-"), let month = scanner.digits(2), scanner.take("-"),
      let day = scanner.digits(2), (1...12).contains(month), day >= 1, day <= Self.days(month, year)
    else { return nil }
    var time = Int128(ClockItem.Date(year: year, month: month, day: day).dayNumber) * CalendarOrigin.day
    var offset: Int?
    if scanner.take("T") || scanner.take("t") || scanner.take(" ") {
      guard let hour = scanner.digits(2), hour <= 24, scanner.take(":"), let minute = scanner.digits(2), minute < 60
      else { return nil }
      var second = 0
      var fraction: Int128 = 0
      if scanner.take(":") {
        guard let read = scanner.digits(2), read <= 60 else { return nil }
        second = read
        if scanner.take(".") || scanner.take(",") {
          guard let read = scanner.fraction() else { return nil }
          fraction = read
        }
      }
      if hour == 24, minute + second > 0 || fraction > 0 { return nil }
      time += Int128(hour * 3600 + minute * 60 + second) * CalendarOrigin.second + fraction
      guard scanner.zone(&offset) else { return nil }
    }
    guard scanner.isAtEnd else { return nil }
    self = .civil(time, offset: offset)
  }

  private static func days(_ month: Int, _ year: Int) -> Int {
    switch month {
    case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }

  private struct Scanner {
    let bytes: ArraySlice<UInt8>
    var at: Int

    var isAtEnd: Bool { at == bytes.endIndex }

    mutating func take(_ mark: Unicode.Scalar) -> Bool {
      guard at < bytes.endIndex, UInt32(bytes[at]) == mark.value else { return false }
      at += 1
      return true
    }

    mutating func digit() -> Int? {
      guard at < bytes.endIndex, bytes[at] >= 0x30, bytes[at] <= 0x39 else { return nil }
      at += 1
      return Int(bytes[at - 1] - 0x30)
    }

    mutating func digits(_ count: Int) -> Int? {
      var value = 0
      for _ in 0..<count {
        guard let digit = digit() else { return nil }
        value = value * 10 + digit
      }
      return value
    }

    /// Nanoseconds; what is finer is left out.
    mutating func fraction() -> Int128? {
      guard let first = digit() else { return nil }
      var (value, weight) = (Int128(first) * 100_000_000, Int128(10_000_000))
      while let digit = digit() {
        value += Int128(digit) * weight
        weight /= 10
      }
      return value
    }

    /// `Z`, `+01:00`, `-0700` or nothing; in seconds.
    mutating func zone(_ offset: inout Int?) -> Bool {
      while take(" ") {}
      if take("Z") || take("z") {
        offset = 0
        return true
      }
      let isAhead = take("+")
      guard isAhead || take("-") else { return true }
      guard let hours = digits(2), hours < 24 else { return false }
      var minutes = 0
      if take(":") || !isAtEnd {
        guard let read = digits(2), read < 60 else { return false }
        minutes = read
      }
      offset = (isAhead ? 1 : -1) * (hours * 3600 + minutes * 60)
      return true
    }
  }
}
