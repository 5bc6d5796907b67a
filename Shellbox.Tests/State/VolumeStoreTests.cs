using Azure.Data.Tables;
using Shellbox.Activities.Operations;
using Shellbox.Activities.State;
using Shellbox.Tests.Fixtures;
using Xunit;

namespace Shellbox.Tests.State;

public sealed class VolumeStoreTests(AzuriteFixture azurite)
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Of_many_that_take_at_once_each_blank_volume_goes_to_one()
    {
        var store = await CreateAsync(blanks: 5);

        var takes = await Task.WhenAll(
            Enumerable
                .Range(0, 16)
                .Select(async n =>
                {
                    foreach (var candidate in await store.FindBlankAsync(Cancel))
                    {
                        if (await store.TryTakeBlankAsync(candidate, Box(n), Cancel) is { } row)
                            return row.Id;
                    }

                    return null;
                })
        );

        var taken = takes.OfType<string>().ToList();
        Assert.NotEmpty(taken);
        Assert.Equal(taken.Distinct().Count(), taken.Count);
        var counts = await store.CountAsync(Cancel);
        Assert.Equal((taken.Count, 5 - taken.Count), (counts[VolumeState.Owned], counts[VolumeState.Blank]));
        Assert.Equal(5 - taken.Count, await store.CountBlankAsync(Cancel));
    }

    [Fact]
    public async Task Every_blank_volume_is_found_until_none_is_left_and_lists_show_volumes_alone()
    {
        var store = await CreateAsync(blanks: 6);
        var taken = new HashSet<string>();

        while (await store.FindBlankAsync(Cancel) is { Count: > 0 } candidates)
        {
            Assert.NotNull(await store.TryTakeBlankAsync(candidates[0], Box(0), Cancel));
            Assert.True(taken.Add(candidates[0]));
        }

        Assert.Equal(6, taken.Count);
        Assert.Equal(taken.Order(), (await store.ListAsync(VolumeState.Owned, Cancel).Select(v => v.Id).ToListAsync(Cancel)).Order());
    }

    [Fact]
    public async Task Taking_again_for_the_same_box_is_taking_once_and_another_box_gets_nothing()
    {
        var store = await CreateAsync(blanks: 1);
        var first = await store.TryTakeBlankAsync("vol-0", Box(1), Cancel);

        var again = await store.TryTakeBlankAsync("vol-0", Box(1), Cancel);

        Assert.Equal((await store.FindAsync("vol-0", Cancel))!.ETag, again!.ETag);
        Assert.Equal(Box(1), first!.Owner);
        Assert.Null(await store.TryTakeBlankAsync("vol-0", Box(2), Cancel));
    }

    [Fact]
    public async Task A_volume_that_was_taken_for_nothing_is_blank_again_unless_it_is_attached_or_anothers()
    {
        var store = await CreateAsync(blanks: 2);
        await store.TryTakeBlankAsync("vol-0", Box(1), Cancel);
        await store.TryTakeBlankAsync("vol-1", Box(1), Cancel);
        await store.RecordAttachmentAsync("vol-1", "vm-1", new Epoch(1), Cancel);

        Assert.False(await store.TryReturnBlankAsync("vol-0", Box(2), Cancel));
        Assert.False(await store.TryReturnBlankAsync("vol-1", Box(1), Cancel));
        Assert.True(await store.TryReturnBlankAsync("vol-0", Box(1), Cancel));
        Assert.Equal(["vol-0"], await store.FindBlankAsync(Cancel));
        Assert.Null((await store.FindAsync("vol-0", Cancel))!.Owner);
    }

    [Fact]
    public async Task A_volume_is_given_with_its_attachment_and_once()
    {
        var store = await CreateAsync(blanks: 1);
        await store.TryTakeBlankAsync("vol-0", Box(1), Cancel);
        await store.RecordAttachmentAsync("vol-0", "vm-1", new Epoch(4), Cancel);

        Assert.False(await store.TryGiveAsync("vol-0", Box(2), Box(3), new Epoch(6), Cancel));
        Assert.True(await store.TryGiveAsync("vol-0", Box(1), Box(3), new Epoch(6), Cancel));
        Assert.True(await store.TryGiveAsync("vol-0", Box(1), Box(3), new Epoch(6), Cancel));
        Assert.False(await store.TryGiveAsync("vol-0", Box(1), Box(4), new Epoch(7), Cancel));

        var row = await store.FindAsync("vol-0", Cancel);
        Assert.Equal((Box(3), "vm-1", 6), (row!.Owner, row.AttachedTo, row.Epoch.Value));
    }

    [Fact]
    public async Task A_volume_that_is_being_deleted_is_given_to_nobody_and_only_then_its_row_can_go()
    {
        var store = await CreateAsync(blanks: 2);
        await store.TryTakeBlankAsync("vol-0", Box(1), Cancel);
        await store.RemoveAsync("vol-0", Cancel);
        Assert.NotNull(await store.FindAsync("vol-0", Cancel));

        Assert.Null(await store.TryBeginDeletingAsync("vol-0", Box(2), Cancel));
        Assert.NotNull(await store.TryBeginDeletingAsync("vol-0", Box(1), Cancel));
        Assert.NotNull(await store.TryBeginDeletingAsync("vol-1", null, Cancel));

        Assert.Empty(await store.FindBlankAsync(Cancel));
        Assert.Null(await store.TryTakeBlankAsync("vol-1", Box(2), Cancel));
        Assert.False(await store.TryGiveAsync("vol-0", Box(1), Box(2), new Epoch(9), Cancel));
        await store.RemoveAsync("vol-0", Cancel);
        await store.RemoveAsync("vol-0", Cancel);
        Assert.Null(await store.FindAsync("vol-0", Cancel));
    }

    [Fact]
    public async Task A_row_from_before_there_were_states_is_its_boxs()
    {
        var tables = new StateTables(new TableServiceClient(azurite.ConnectionString));
        await tables.CreateIfMissingAsync(Cancel);
        var store = new VolumeStore(tables);
        await store.TryAddAsync("vol-0", "/vol-0", Box(1), null, Cancel);
        var row = await store.FindAsync("vol-0", Cancel);
        var old = new TableEntity(row!.PartitionKey, row.RowKey)
        {
            ["SchemaVersion"] = 1,
            ["ResourceId"] = "/vol-0",
            ["UserId"] = Box(1).UserId,
            ["BoxName"] = Box(1).BoxName,
            ["Epoch"] = 3L,
        };
        await tables.Volumes.UpdateEntityAsync(old, row.ETag, TableUpdateMode.Replace, Cancel);

        var read = await store.FindAsync("vol-0", Cancel);

        Assert.Equal((VolumeState.Owned, Box(1), 3), (read!.State, read.Owner, read.Epoch.Value));
        Assert.Null(await store.TryTakeBlankAsync("vol-0", Box(2), Cancel));
    }

    private static BoxKey Box(int number) => new(new string('a', 32), $"box{number}");

    private async Task<VolumeStore> CreateAsync(int blanks)
    {
        var tables = new StateTables(new TableServiceClient(azurite.ConnectionString));
        await tables.CreateIfMissingAsync(Cancel);
        var store = new VolumeStore(tables);
        for (var i = 0; i < blanks; i++)
            Assert.True(await store.TryAddBlankAsync($"vol-{i}", $"/vol-{i}", Cancel));
        if (blanks > 0)
            Assert.False(await store.TryAddBlankAsync("vol-0", "/vol-0", Cancel));
        return store;
    }
}
