/**
 * The rights that an engine inside a container needs. Not `--privileged`: that fails where root itself lacks
 * CAP_SYS_RESOURCE, as in some CI machines. The volume matters: overlay on overlay does not work.
 */
export const engineRights: readonly string[] = [
  ...['--cap-add', 'ALL', '--cap-drop', 'SYS_RESOURCE'],
  ...['--security-opt', 'seccomp=unconfined', '--security-opt', 'apparmor=unconfined'],
  ...['--security-opt', 'systempaths=unconfined', '--device-cgroup-rule', 'a *:* rwm'],
  // A view of its own: the inner engine's control groups lie below the container's, and go with it.
  ...['--cgroupns', 'private'],
  ...['--tmpfs', '/run:exec,mode=755'],
]

/** Marks everything of ours in the outer engine. */
export const sampleLabel = 'slipway.sample'

/** The label with the process that a sample host belongs to. */
export const ownerLabel = 'slipway.sample.owner'
