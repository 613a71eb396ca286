/**
 * Where in a log the records of a key are: not API, made for the log in the package above.
 *
 * <p>{@link io.headwater.log.key.KeyIndex} knows offsets and hashes of keys, and nothing of how a
 * log keeps its records. What it answers are candidates: the caller reads the record and compares
 * the key.
 *
 * <p><b>Files.</b> Beside the log's segments there are <em>runs</em>, which can all be made again
 * from the log. Integers are big-endian.
 *
 * <pre>
 * 00000000000000000042-0000000007.keyindex   the keys of the offsets from 42 on, in 20 digits; the 7th
 *                                            run of this log, in 10: the higher number is the newer file
 *
 * file   = header filter slots table       the first three in blocks of 4096 bytes
 * header = magic:4 "HWKI"  version:u8 = 1  reserved:3 = 0
 *          from:i64          the first offset it covers, as in the name
 *          to:i64            the offset after the last it covers
 *          limit:i64         entries at or past it are void: the log lost those records in a crash
 *          entries:i32       how many there are
 *          dead:i32          how many of them stand for records that were deleted; a hint
 *          filterBlocks:i32  size of filter, in blocks
 *          slotBlocks:i32    size of slots, in blocks
 *          homes:i32         how many of the slots are homes
 *          tableCrc:u32      CRC-32C of the table
 *          crc:u32           CRC-32C of all that precedes it; the rest of the block is zero
 * filter = word:u64*         a Bloom filter in each: entry's word is hash * words / 2^31
 * slots  = slot:i64*         an entry, or -1 where there is none
 * entry  = hash:u31          the highest 31 bits of the key's hash
 *          offset:u32        of the record, less from
 * table  = crc:u32*          CRC-32C of each block of filter and slots
 * </pre>
 *
 * <p>Entries rise: by hash, and within one hash by offset. An entry is in the first free slot at or
 * after its home, which is {@code hash * homes / 2^31}: a hash table with linear probing whose
 * entries are in order, so that runs can be merged by reading each from its start to its end. At
 * most three quarters of the homes are taken as a rule, and the last slot never is.
 *
 * <p>A run is written once, its header last, so a file that is not whole has no header that holds.
 * Only {@code limit} and {@code dead} change later, with the header's checksum. Where two runs
 * cover the same offsets the newer one counts for them; an older one with nothing left is deleted.
 * A file whose header or table is wrong counts as none, and one with a wrong block from when that
 * is first looked at: its offsets are indexed again. To change the format, raise {@code version}.
 */
@NullMarked
package io.headwater.log.key;

import org.jspecify.annotations.NullMarked;
