import Testing

import OutageKit

/// What control groups say, as Linux writes it on machines and in containers.
@Suite struct ContainerLimitsTests {
  private func limits(_ membership: String, _ mounts: String, _ files: [String: String]) -> ContainerLimits {
    ContainerLimits(membership: membership, mounts: mounts) { files[$0] }
  }

  private static let unified =
    "30 23 0:26 / /sys/fs/cgroup rw,nosuid,nodev,noexec,relatime shared:9 - cgroup2 cgroup2 rw,nsdelegate\n"
  private static let split = """
    25 24 0:22 / /sys/fs/cgroup ro,nosuid - tmpfs tmpfs ro,mode=755
    26 25 0:23 / /sys/fs/cgroup/systemd rw - cgroup cgroup rw,xattr,name=systemd
    29 25 0:26 / /sys/fs/cgroup/cpu,cpuacct rw,relatime shared:11 - cgroup cgroup rw,cpu,cpuacct
    30 25 0:27 / /sys/fs/cgroup/memory rw,relatime shared:12 - cgroup cgroup rw,memory

    """

  private func expected(_ processors: Double?, _ memory: Int?) -> ContainerLimits {
    var limits = ContainerLimits()
    (limits.processors, limits.memory) = (processors, memory)
    return limits
  }

  @Test("a container of version 2 sees its own group as the root")
  func inContainer() {
    let files = ["/sys/fs/cgroup/cpu.max": "150000 100000\n", "/sys/fs/cgroup/memory.max": "536870912\n"]
    #expect(limits("0::/\n", Self.unified, files) == expected(1.5, 512 << 20))
  }

  @Test("the least of all groups around counts")
  func around() {
    let files = [
      "/sys/fs/cgroup/a.slice/cpu.max": "200000 100000", "/sys/fs/cgroup/a.slice/b/cpu.max": "max 100000",
      "/sys/fs/cgroup/a.slice/memory.max": "max", "/sys/fs/cgroup/a.slice/b/memory.max": "1073741824",
      "/sys/fs/cgroup/a.slice/b/c.scope/memory.max": "2147483648",
    ]
    #expect(limits("0::/a.slice/b/c.scope\n", Self.unified, files) == expected(2, 1 << 30))
  }

  @Test("no limit is none")
  func none() {
    #expect(limits("0::/\n", Self.unified, ["/sys/fs/cgroup/cpu.max": "max 100000\n"]) == expected(nil, nil))
    let files = [
      "/sys/fs/cgroup/memory/memory.limit_in_bytes": "9223372036854771712\n",
      "/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us": "-1\n",
      "/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us": "100000\n",
    ]
    #expect(limits("5:memory:/\n4:cpu,cpuacct:/\n", Self.split, files) == expected(nil, nil))
    #expect(limits("", "", [:]) == expected(nil, nil))
    #expect(limits("nonsense\n0::\n::::\n", "a b c - d\n-\n", [:]) == expected(nil, nil))
    for text in ["", "max", "x y", "0 0", "-5 100000", "100000 0", "nan 1", "1"] {
      #expect(limits("0::/\n", Self.unified, ["/sys/fs/cgroup/cpu.max": text]).processors == nil, "\(text)")
    }
  }

  @Test("version 1: a file for each controller, in the group's own folder")
  func versionOne() {
    let files = [
      "/sys/fs/cgroup/memory/docker/abc/memory.limit_in_bytes": "268435456\n",
      "/sys/fs/cgroup/cpu,cpuacct/docker/abc/cpu.cfs_quota_us": "50000\n",
      "/sys/fs/cgroup/cpu,cpuacct/docker/abc/cpu.cfs_period_us": "100000\n",
    ]
    let membership = "11:memory:/docker/abc\n4:cpu,cpuacct:/docker/abc\n1:name=systemd:/docker/abc\n0::/docker/abc\n"
    #expect(limits(membership, Self.split, files) == expected(0.5, 256 << 20))
  }

  @Test("a container of version 1 has its group mounted as the root, whatever its path is called outside")
  func mountedGroup() {
    let mounts = """
      30 25 0:27 /docker/abc /sys/fs/cgroup/memory ro,relatime master:12 - cgroup cgroup rw,memory
      29 25 0:26 /docker/abc /sys/fs/cgroup/cpu ro,relatime master:11 - cgroup cgroup rw,cpu

      """
    let files = [
      "/sys/fs/cgroup/memory/memory.limit_in_bytes": "268435456", "/sys/fs/cgroup/cpu/cpu.cfs_quota_us": "400000",
      "/sys/fs/cgroup/cpu/cpu.cfs_period_us": "100000",
    ]
    #expect(limits("11:memory:/docker/abc\n4:cpu:/docker/abc\n", mounts, files) == expected(4, 256 << 20))
    #expect(limits("11:memory:/elsewhere\n4:cpu:/\n", mounts, files) == expected(4, 256 << 20))
  }

  @Test("a group within the one that is mounted, a group outside, and a mount with spaces in its name")
  func names() {
    let mounts = "30 23 0:26 /pod /my\\040groups rw - cgroup2 cgroup2 rw\n"
    let files = ["/my groups/inner/memory.max": "104857600", "/my groups/memory.max": "209715200"]
    #expect(limits("0::/pod/inner\n", mounts, files) == expected(nil, 100 << 20))
    #expect(limits("0::/../outside\n", mounts, files) == expected(nil, 200 << 20))
    #expect(limits("0::/podium\n", mounts, files) == expected(nil, 200 << 20))
  }
}
