/** Codes of quick calls from here on are no tags, but a QuickEnd (QuickCalls in proxy/in-page). */
export const QUICK_ENDED = 0x100;
