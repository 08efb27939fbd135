/// The UTF-8 of a table: a mark of byte order is left out, and UTF-16 that says so by its mark is decoded.
/// - Returns: nil for UTF-16 that is not whole.
func decodedTable(_ bytes: [UInt8]) -> [UInt8]? {
  if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { return Array(bytes.dropFirst(3)) }
  let isBig = bytes.starts(with: [0xFE, 0xFF])
  guard isBig || bytes.starts(with: [0xFF, 0xFE]) else { return bytes }
  guard bytes.count.isMultiple(of: 2) else { return nil }
  let units = stride(from: 2, to: bytes.count, by: 2).lazy.map { (i: Int) -> UInt16 in
    let (high, low) = isBig ? (bytes[i], bytes[i + 1]) : (bytes[i + 1], bytes[i])
    return UInt16(high) << 8 | UInt16(low)
  }
  var decoded: [UInt8] = []
  decoded.reserveCapacity(bytes.count / 2)
  let isBroken = transcode(
    units.makeIterator(), from: UTF16.self, to: UTF8.self, stoppingOnError: true, into: { decoded.append($0) })
  return isBroken ? nil : decoded
}
