/// Where an activity stands: words of its component before the registers that still matter.
public enum Standing {
  /// pc | flags; negative: one of the ends below
  public static let pc = 0
  /// Requests only: body | service element << 32
  public static let body = 1
  /// Requests only: activity that waits for the answer, or -1
  public static let caller = 2

  public static let finished: Int64 = -1
  public static let crashed: Int64 = -2
  /// It loops for ever over steps that nobody else can see.
  public static let idle: Int64 = -3
  /// A place for a request, free.
  public static let free: Int64 = -4

  /// It waits for the answer to its call.
  public static let waits: Int64 = 1 << 40
  /// Stalled for ever.
  public static let stalled: Int64 = 1 << 41
  // Where a search begins in a live world:
  /// Its answer is on its way: it goes on with it, unless it gives up before.
  public static let arriving: Int64 = 1 << 43
  /// It stands within a step that others can see, and makes what is left of it next.
  public static let within: Int64 = 1 << 44
  /// A request that has a server, though it stands at its start.
  public static let begun: Int64 = 1 << 45
  /// A request that has not arrived: its service has still to let it in.
  public static let underWay: Int64 = 1 << 46
  public static let flags = waits | stalled | arriving | within | begun | underWay
}
